"""The limits that a client keeps by itself."""

from __future__ import annotations

import msgspec


class Limit(msgspec.Struct, frozen=True):
    """At most so many calls in any period."""

    calls: int | None = None
    period: float = 60
