"""Takes the playground's keys back when their sessions end, however that was: here, by a command, or on another machine."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from yumen.errors import KeysUnreadable
from yumen.keys import KeyIssuer, status_of

if TYPE_CHECKING:
    from yumen.clock import Clock
    from yumen.console.purse import Purse
    from yumen.keys import KeyStore

log = logging.getLogger("yumen.console")
COUNTS = ("active", "expiring")


class PurseWatch:
    """Revokes what a purse holds for sessions that have ended; it follows every change of the database."""

    def __init__(self, purse: Purse, keys: KeyStore, clock: Clock) -> None:
        """Watch that purse, whose keys and sessions are keys of that store."""
        self._purse = purse
        self._keys = keys
        self._clock = clock
        self._issuer = KeyIssuer(keys, clock)

    async def follow(self) -> None:
        """Look at the sessions. Raises KeysUnreadable."""
        await self._purse.give_back(self._ended, self._revoke)

    async def close(self) -> None:
        """Take everything back: nobody knows these keys when the process is gone. What cannot be taken back ends within the hour."""
        try:
            await self._purse.give_back(every_one, self._revoke)
        except KeysUnreadable:
            log.warning("the playground's keys could not be revoked: they end within the hour")

    async def _ended(self, session_ids: set[str]) -> set[str]:
        found, now_us = await self._keys.find(session_ids), self._clock.now_us()
        return {each for each in session_ids if each not in found or status_of(found[each], now_us) not in COUNTS}

    async def _revoke(self, key_id: str) -> None:
        found = (await self._keys.find([key_id])).get(key_id)
        if found is not None:
            await self._issuer.revoke(found)


async def every_one(session_ids: set[str]) -> set[str]:
    """Let all of them have ended."""
    return session_ids
