"""What the operator says of an upstream."""

from __future__ import annotations

import msgspec

from yumen.exchange.values import Secret
from yumen.http import Origin


class Upstream(msgspec.Struct, frozen=True):
    """One upstream by its name, where it is, and the credential that opens it (None: it needs none)."""

    name: str
    origin: Origin
    credential: Secret | None = None
