"""Carries notices to their channels: a bounded queue and a task for each, tries again a few times, and lets none hold up another."""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from contextlib import suppress
from typing import TYPE_CHECKING

import msgspec

from yumen.notices.values import NotSentError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from yumen.clock import Clock
    from yumen.notices.values import Channel, Message

log = logging.getLogger("yumen.notices")

MAX_QUEUED = 200
"""Notices that wait for one channel; what comes beyond them is dropped and counted."""
DELAYS_S = (1.0, 5.0, 25.0)
"""How long a channel rests after each try that failed; after the last one the notice is given up."""
LOGGED_EACH = 100
"""Dropped notices to a line of the log."""
MEMBERS = "members"
"""The lane of the mails to an organization's members: they wait for nobody else's, and nobody waits for them."""


class Counts(msgspec.Struct):
    """What became of the notices."""

    sent: int = 0
    failed: int = 0
    """Given up after the last try."""
    dropped: int = 0
    """Not even tried: too many waited."""


class Lane:
    """One channel's queue, or that of several alike."""

    def __init__(self, name: str, delays_s: tuple[float, ...], max_queued: int) -> None:
        """Begin empty."""
        self.name = name
        self.counts = Counts()
        self._delays_s = delays_s
        self._max_queued = max_queued
        self._waiting: deque[tuple[Channel, Message]] = deque()
        self._came = asyncio.Event()
        self.empty = asyncio.Event()
        """Set while nothing waits and nothing is under way."""
        self.empty.set()

    def put(self, channel: Channel, message: Message) -> None:
        """Hand in a notice; never blocks."""
        if len(self._waiting) >= self._max_queued:
            self.counts.dropped += 1
            if self.counts.dropped % LOGGED_EACH == 1:
                log.error("notices are dropped, %d so far: %d wait for %s", self.counts.dropped, len(self._waiting), self.name)
            return
        self._waiting.append((channel, message))
        self.empty.clear()
        self._came.set()

    async def run(self) -> None:
        """Deliver what comes, one after another, until cancelled."""
        while True:
            while self._waiting:
                await self._deliver(*self._waiting.popleft())
            self.empty.set()
            self._came.clear()
            await self._came.wait()

    async def _deliver(self, channel: Channel, message: Message) -> None:
        for delay_s in (*self._delays_s, None):
            why = await attempt(channel, message)
            if why is None:
                self.counts.sent += 1
                return
            if delay_s is None:
                self.counts.failed += 1
                log.error("the notice %s was not sent through %s: %s", message.id, channel.name, why)
                return
            await asyncio.sleep(delay_s)


async def attempt(channel: Channel, message: Message) -> str | None:
    """Try once; return why it failed, None where it did not."""
    try:
        await channel.tell(message)
    except NotSentError as error:
        return str(error)
    except Exception as error:  # noqa: BLE001  (a defect in one channel must not end its lane; its words may hold what must not be seen)
        return f"a defect: {type(error).__name__}"
    return None


class Courier:
    """All channels of an operator. `tell` hands a notice to each of them."""

    def __init__(
        self, channels: Iterable[Channel], clock: Clock, *, delays_s: tuple[float, ...] = DELAYS_S, max_queued: int = MAX_QUEUED
    ) -> None:
        """Channels of one name share a lane."""
        self.channels = tuple(channels)
        self._clock = clock
        names = dict.fromkeys([*(channel.name for channel in self.channels), MEMBERS])
        self.lanes = {name: Lane(name, delays_s, max_queued) for name in names}

    def tell(self, message: Message) -> None:
        """Hand a notice to every channel; never blocks."""
        message = self._named(message)
        for channel in self.channels:
            self.lanes[channel.name].put(channel, message)

    def tell_members(self, channels: Iterable[Channel], message: Message) -> None:
        """Hand a notice to these alone; never blocks."""
        message = self._named(message)
        for channel in channels:
            self.lanes[MEMBERS].put(channel, message)

    def _named(self, message: Message) -> Message:
        """Return it with an id, the same for every try."""
        return message if message.id else msgspec.structs.replace(message, id=self._clock.new_id("ntc_"))

    async def run(self) -> None:
        """Deliver until cancelled."""
        async with asyncio.TaskGroup() as tasks:
            for lane in self.lanes.values():
                tasks.create_task(lane.run())

    async def finish(self, patience_s: float) -> None:
        """Wait until all is delivered, for so long at most."""
        with suppress(TimeoutError):
            async with asyncio.timeout(patience_s):
                for lane in self.lanes.values():
                    await lane.empty.wait()

    def total(self, part: str) -> int:
        """Return `sent`, `failed` or `dropped` of all lanes together."""
        return sum(int(getattr(lane.counts, part)) for lane in self.lanes.values())
