"""One watch over the database's revision: what was remembered of it is read anew within a second of any management write."""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING, Protocol

import msgspec

from yumen.errors import Overloaded

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from yumen.clock import Clock

log = logging.getLogger("yumen.storage")

NS_PER_S = 1_000_000_000


class WatchOptions(msgspec.Struct, frozen=True):
    """How often it looks, and what happens when it cannot see."""

    poll_s: float = 0.2
    """Between two looks at the revision: what a revoked key has left, beside one read."""
    unreadable_s: float = 30.0
    """After so long without a readable database the fail mode applies."""
    refuse_unreadable: bool = True
    """The fail mode: be blind, so that nobody trusts what is remembered (True), or go on with it (False)."""


class Follower(Protocol):
    """Something that remembers what stands in the database."""

    async def follow(self) -> None:
        """Forget or read anew, since something has changed. Raises `Overloaded` where it cannot be read; then it is asked again."""


class RevisionWatch:
    """Polls the revision for all who follow it. Whoever makes this also awaits `run`, or calls `poll`."""

    def __init__(self, read: Callable[[], Awaitable[int]], clock: Clock, options: WatchOptions | None = None) -> None:
        """Read the revision by a function that raises `Overloaded` where the database does not answer."""
        self._read = read
        self._clock = clock
        self._options = options or WatchOptions()
        self._followers: list[Follower] = []
        self._revision = -1
        self._read_ns = clock.elapsed_ns()
        self._looking = asyncio.Lock()
        self.changed_us = 0
        """When everybody had read anew what was changed last."""
        self.blind = False
        """Whether the fail mode says that nothing which is remembered may be trusted."""

    def join(self, follower: Follower) -> None:
        """Tell one more of every change."""
        self._followers.append(follower)

    async def run(self) -> None:
        """Poll until cancelled. Should this end in any other way, the fail mode applies: nobody would notice a change any more."""
        try:
            while True:
                await self.poll()
                await asyncio.sleep(self._options.poll_s)
        finally:
            self.blind = self._options.refuse_unreadable

    async def poll(self) -> None:
        """Look at the revision once; where it has changed, let every follower read anew. Those who ask at once do so one by one."""
        try:
            async with asyncio.timeout(self._options.unreadable_s), self._looking:
                await self._look()
        except (Overloaded, TimeoutError) as fault:
            self._miss(fault)
            return
        if self.blind:
            log.warning("keys and limits can be read again")
        self._read_ns = self._clock.elapsed_ns()
        self.blind = False

    async def _look(self) -> None:
        revision = await self._read()
        if revision == self._revision:
            return
        for follower in self._followers:
            await follower.follow()
        self._revision = revision
        self.changed_us = self._clock.now_us()

    def _miss(self, fault: Exception) -> None:
        """Apply the fail mode once the database has been silent for too long."""
        silent_s = (self._clock.elapsed_ns() - self._read_ns) / NS_PER_S
        if silent_s < self._options.unreadable_s or self.blind:
            return
        if self._options.refuse_unreadable:
            self.blind = True
            log.error("keys and limits could not be read for %.0f s (%s): every request is refused until they can be", silent_s, fault)
        else:
            self._read_ns = self._clock.elapsed_ns()
            log.error("keys and limits could not be read for %.0f s (%s): going on with those that are remembered", silent_s, fault)
