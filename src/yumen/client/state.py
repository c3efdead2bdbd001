"""What a client and its copies share: the place, the key, how calls are repeated and limited, and what was learned of the server."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from yumen.client.credential import Credential
    from yumen.client.limits import Limit
    from yumen.client.place import Place
    from yumen.client.quota import Quota
    from yumen.client.retry import Retry
    from yumen.client.told import Told
    from yumen.meter import Prices
    from yumen.settings import Settings


@dataclass(slots=True)
class Known:
    """What is learned while calls are made: one of a place and key, so that all copies know it."""

    quota: Quota
    sandbox: bool = False
    """An answer said that it came from the offline sandbox."""


@dataclass(frozen=True, slots=True)
class State:
    """All of it. Copies of a client share the mutable parts, and may have other choices."""

    place: Place
    credential: Credential
    model: str
    retry: Retry
    limit: Limit | None
    sessions: str | None
    """The address of the conversations' store; None: the user's own file."""
    known: Known
    told: Told = field(repr=False)
    settings: Settings = field(repr=False)
    """As every command of this machine resolves them."""
    prices: Prices = field(repr=False)
    """The settings' own before the published ones."""
