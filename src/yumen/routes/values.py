"""What the operator says of an upstream, and of how failing ones are used."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

import msgspec

from yumen.exchange.values import Secret
from yumen.http import Origin
from yumen.routes.rules import PLAIN, Share

if TYPE_CHECKING:
    from yumen.claude import Endpoint


class Credential(Protocol):
    """A credential that is kept up to date by somebody else. `yumen.secrets.keeper.Keeper` is one."""

    def current(self) -> Secret | None:
        """Return the value; the same object as long as it does not change. None: it cannot be had yet."""


class Serves(Protocol):
    """The ways of an upstream that is not asked as Claude is. `yumen.upstream.Dialect` is one."""

    def serves(self, endpoint: Endpoint) -> bool:
        """Whether that endpoint can be asked there at all."""


class Upstream(msgspec.Struct, frozen=True):
    """One upstream by its name, where it is, and the credential that opens it (None, without a keeper either: it needs none)."""

    name: str
    origin: Origin
    credential: Secret | None = None
    credential_header: str = "x-api-key"
    share: Share = PLAIN
    keeper: Credential | None = None
    """Gives the credential instead, where it can change."""
    dialect: Serves | None = None
    """None: it is asked as Claude is, and serves every endpoint."""


class CircuitOptions(msgspec.Struct, frozen=True):
    """When an upstream's circuit opens, and when it is probed."""

    open_after: int = 5
    """Failures in a row."""
    open_s: float = 5.0
    """Seconds until the first probe; doubled after each that fails, up to 16 times this."""
