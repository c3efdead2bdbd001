"""What the operator says of an upstream."""

from __future__ import annotations

import msgspec

from yumen.exchange.values import Secret
from yumen.routes.rules import Address


class Upstream(msgspec.Struct, frozen=True):
    """One upstream by its name, its address, and the credential that opens it (None: it needs none)."""

    name: str
    address: Address
    credential: Secret | None = None
