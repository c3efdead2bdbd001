"""Keys that the console holds for its visitors: in this process's memory alone, each for an hour at most, and only so many."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    Ended = Callable[[set[str]], Awaitable[set[str]]]
    """Says which of those sessions have ended."""

HOUR_US = 3_600_000_000
MARGIN_US = 60_000_000
"""A key that ends sooner is made anew, so that a call which has just begun does not fail for it."""
MOST = 1000


class Place(msgspec.Struct, frozen=True):
    """Whose key it is: of one session, in one workspace."""

    session_id: str
    organization_id: str
    workspace_id: str


class Held(msgspec.Struct, frozen=True):
    """A key with its text."""

    key_id: str
    text: str
    expires_us: int

    def __repr__(self) -> str:
        """Say which it is and when it ends, and no more."""
        return f"Held({self.key_id} until {self.expires_us})"


class Purse:
    """Holds keys. What is lost with the process is made anew when it is needed."""

    def __init__(self, most: int = MOST) -> None:
        """Hold at most so many; the one that was made first goes first."""
        self._held: dict[Place, Held] = {}
        self._most = most
        self._making = asyncio.Lock()

    async def key(self, place: Place, now_us: int, make: Callable[[], Awaitable[Held]]) -> str:
        """Return the text of a place's key; make it where there is none, or it is about to end. Raises what the making raises."""
        async with self._making:  # columns that start together share one
            held = self._held.get(place)
            if held is None or held.expires_us - MARGIN_US <= now_us:
                self._held.pop(place, None)
                self._tidy(now_us)
                held = self._held[place] = await make()
            return held.text

    def drop(self, place: Place) -> None:
        """Forget a key that counts no longer."""
        self._held.pop(place, None)

    async def give_back(self, ended: Ended, revoke: Callable[[str], Awaitable[None]]) -> None:
        """Revoke by id, and forget, the keys of those sessions that have ended. Raises what the asking and the revoking raise."""
        if not self._held:
            return
        async with self._making:  # one that is being made for a session which has just ended is seen too
            gone = await ended({place.session_id for place in self._held})
            for place, held in [each for each in self._held.items() if each[0].session_id in gone]:
                await revoke(held.key_id)
                self._held.pop(place, None)

    def _tidy(self, now_us: int) -> None:
        """Forget what has ended, and make room for one more."""
        self._held = {place: held for place, held in self._held.items() if held.expires_us > now_us}
        while len(self._held) >= self._most:
            del self._held[next(iter(self._held))]
