"""Passwords: Argon2id in a worker thread, and the same work where there is nothing to compare with."""

from __future__ import annotations

import asyncio
import secrets

from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error, InvalidHashError

AT_ONCE = 2
"""How many are worked on at a time: each takes 64 MiB and tens of milliseconds."""


class Passwords:
    """Hashes and verifies. A password goes in and never comes out again."""

    def __init__(self, hasher: PasswordHasher | None = None) -> None:
        """Use that hasher; by default RFC 9106's second choice: 64 MiB, three passes, four lanes."""
        self._hasher = hasher or PasswordHasher()
        self._room = asyncio.Semaphore(AT_ONCE)
        self._nobodys: str | None = None

    async def hash(self, password: str) -> str:
        """Return what is stored of a password."""
        async with self._room:
            return await asyncio.to_thread(self._hasher.hash, password)

    async def fits(self, password: str, stored: str | None) -> bool:
        """Whether a password is the stored one's. With nothing stored it is not, after as much work."""
        if self._nobodys is None:
            self._nobodys = await self.hash(secrets.token_urlsafe())
        async with self._room:
            same = await asyncio.to_thread(self._verify, stored or self._nobodys, password)
        return same and stored is not None

    def _verify(self, stored: str, password: str) -> bool:
        try:
            return self._hasher.verify(stored, password)
        except (Argon2Error, InvalidHashError):
            return False
