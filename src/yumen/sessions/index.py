"""A list of conversations over several owners, as people look through them: without a word of what was said."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Protocol

import msgspec

from yumen.sessions.values import Session, TurnUsage

if TYPE_CHECKING:
    from collections.abc import Collection


class Wanted(msgspec.Struct, frozen=True):
    """Which conversations are meant."""

    owners: Sequence[str]
    named: str | None = None
    """A part of the name (letters of ASCII in either case)."""
    before: tuple[int, str] | None = None
    """When the last one that was seen was used, in UTC microseconds, and its id."""


class Summed(msgspec.Struct, frozen=True):
    """A conversation and what its turns took. What of the session is sealed is still sealed."""

    session: Session
    turns: int
    """How many it has, dropped and broken ones included."""
    usage: TurnUsage
    model: str | None = None
    """One that answered."""


class SessionIndex(Protocol):
    """Looks through sessions. Each method raises `DatabaseUnavailable` where the database does not answer."""

    async def page(self, wanted: Wanted, at_most: int) -> list[Summed]:
        """Return sessions, the last used first."""

    async def by_id(self, owners: Collection[str], session_id: str) -> Summed | None:
        """Return one of those owners' sessions; None where none of them has it."""
