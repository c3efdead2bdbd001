"""The nouns of alerts: a piece of news, what it is about, and who else may have to hear of it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from enum import StrEnum
from typing import Protocol

import msgspec

HOUR_US = 3_600_000_000
DAY_US = 24 * HOUR_US


class Topic(StrEnum):
    """What it is about."""

    LIMIT = "limit"
    """A part of a limit or a budget is used."""
    ERRORS = "errors"
    """Many errors of an upstream in a minute."""
    NETWORK = "network"
    """A key is used from a network that it was not used from before."""
    EXPIRY = "expiry"
    """A key is about to expire."""
    DEPENDENCY = "dependency"
    """Something that the gateway needs fails, or is back."""
    MODEL = "model"
    """A model in use is about to end."""


class News(msgspec.Struct, frozen=True):
    """Something that is told once."""

    name: str
    """Says which news it is: of several processes that bring the same, one tells it."""
    topic: Topic
    time_us: int
    facts: dict[str, str | int] = {}
    organization_id: str | None = None
    rearm_us: int = 0
    """After this time the same may be told again; 0: never."""
    members: bool = False
    """Whether the organization's own people are told, too."""


class Told(msgspec.Struct, frozen=True):
    """News that was told, as it is kept."""

    name: str
    topic: Topic
    time_us: int
    facts: dict[str, str | int]
    organization_id: str | None


class KeyFact(msgspec.Struct, frozen=True):
    """What alerts need to know of a key."""

    key_id: str
    name: str
    organization_id: str
    expires_us: int | None = None
    ends_on_purpose: bool = False
    """Whether it was revoked, switched off, or replaced by another, or is a session's: then its expiry is no news."""


class ModelFact(msgspec.Struct, frozen=True):
    """What alerts need to know of a model in use that has a day of retirement."""

    model: str
    retires_on: str
    """YYYY-MM-DD."""
    days_left: int
    keys: int
    """How many call it."""
    successor: str | None = None


class Recipients(Protocol):
    """Knows an organization's people."""

    async def addresses(self, organization_id: str) -> Sequence[str]:
        """Return the mail addresses of its owners and billing members."""


Named = Callable[[str, str], Awaitable[str | None]]
"""Returns the name of a scope by its kind and id, None where it has none: `("key", "apikey_…")`."""
Keys = Callable[[], Awaitable[Sequence[KeyFact]]]
"""Returns all keys."""
Models = Callable[[], Awaitable[Sequence[ModelFact]]]
"""Returns the models in use."""
