"""What nobody's request brings to light: keys that are about to expire, and dependencies that fail and come back."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING

from yumen.alerts.rules import expiring
from yumen.alerts.values import DAY_US, News, Topic
from yumen.errors import Fault
from yumen.storage import DatabaseUnavailable

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from yumen.alerts.store import AlertStore
    from yumen.alerts.teller import Teller
    from yumen.alerts.values import Keys
    from yumen.clock import Clock

log = logging.getLogger("yumen.alerts")

HOUR_S = 3600.0
KEPT_DAYS = 400
PROBE_S = 5.0
"""Between two looks at a dependency."""
PROBE_TIMEOUT_S = 5.0
BAD_LOOKS = 2
"""So many looks in a row must fail before it is told: one lost packet is no news."""
GOOD_LOOKS = 2


class ExpiryTask:
    """Looks at all keys each hour, and drops what was told long ago."""

    def __init__(self, keys: Keys, teller: Teller, store: AlertStore, clock: Clock, days: int) -> None:
        """Tell of keys that expire within so many days."""
        self._keys = keys
        self._teller = teller
        self._store = store
        self._clock = clock
        self._days = days

    async def run(self) -> None:
        """Look until cancelled."""
        while True:
            try:
                await self.look()
            except Fault:
                log.warning("the keys that are about to expire could not be read; the next hour will do")
            except Exception:  # whatever it is, it is not worth a gateway
                log.exception("the keys that are about to expire could not be told of")
            await asyncio.sleep(HOUR_S)

    async def look(self) -> None:
        """Look once."""
        now_us = self._clock.now_us()
        for news in expiring(await self._keys(), now_us, self._days):
            self._teller.hand_in(news)
        await self._store.forget(now_us - KEPT_DAYS * DAY_US)


@dataclass(frozen=True, slots=True)
class Dependency:
    """Something that the gateway needs. `probe` returns None where it is well, else why not, in a few words; it may also raise."""

    name: str
    """What it is called in texts: `PostgreSQL`, `Redis`, `the journal`."""
    probe: Callable[[], Awaitable[str | None]]


class DependencyTask:
    """Looks at one dependency every few seconds; tells when it fails, and when it is back."""

    def __init__(self, dependency: Dependency, teller: Teller, store: AlertStore, clock: Clock) -> None:
        """Look at that one."""
        self._dependency = dependency
        self._teller = teller
        self._store = store
        self._clock = clock
        self._bad = 0
        self._good = 0
        self._alone = False
        """Whether this process told of the failure without the store, which did not answer."""
        self._told = False

    async def run(self) -> None:
        """Look until cancelled."""
        while True:
            try:
                await self.look()
            except Exception:  # whatever it is, it is not worth a gateway
                log.exception("%s could not be looked at", self._dependency.name)
            await asyncio.sleep(PROBE_S)

    async def look(self) -> None:
        """Look once."""
        reason = await self._reason()
        if reason is None:
            self._bad, self._good = 0, self._good + 1
            # The second good look is also a process's second: it ends what an earlier process told of.
            if self._good == GOOD_LOOKS or (self._told and self._good > GOOD_LOOKS):
                await self._back()
        else:
            self._bad, self._good = self._bad + 1, 0
            if self._bad >= BAD_LOOKS and not self._told:
                await self._failed(reason)

    async def _reason(self) -> str | None:
        try:
            async with asyncio.timeout(PROBE_TIMEOUT_S):
                return await self._dependency.probe()
        except TimeoutError:
            return "no answer in time"
        except Exception as error:  # noqa: BLE001  (whatever it is, it is not well; the words may hold an address with its password)
            return type(error).__name__

    async def _failed(self, reason: str) -> None:
        news = self._news("failed", reason)
        self._told = True
        try:
            tells = (await self._store.claim([news]))[0]
        except DatabaseUnavailable:
            # Nobody can be asked: each process tells.
            self._alone = tells = True
        if tells:
            await self._teller.tell(news)

    async def _back(self) -> None:
        try:
            tells = await self._store.end(f"dependency:{self._dependency.name}", self._clock.now_us())
        except DatabaseUnavailable:
            return  # asked again at the next look
        if tells or self._alone:
            await self._teller.tell(self._news("back", ""))
        self._told = self._alone = False

    def _news(self, state: str, reason: str) -> News:
        facts: dict[str, str | int] = {"what": self._dependency.name, "state": state, "reason": reason}
        return News(f"dependency:{self._dependency.name}", Topic.DEPENDENCY, self._clock.now_us(), facts)
