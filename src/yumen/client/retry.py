"""How often a call is attempted, and how long is waited between."""

from __future__ import annotations

import msgspec


class Retry(msgspec.Struct, frozen=True):
    """At most so many attempts, by whoever makes them: this library, the SDK, and a gateway."""

    attempts: int = 3
    wait_min: float = 0.5
    wait_max: float = 30.0
    resend_lost: bool = False
