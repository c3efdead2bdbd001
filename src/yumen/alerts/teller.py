"""Asks the store who tells, and hands what is to be told to the courier: one task, behind a bounded queue."""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

import msgspec

from yumen.alerts.levels import Crossing
from yumen.alerts.stage import Met
from yumen.alerts.texts import message_of
from yumen.errors import Fault, OperatorError
from yumen.storage import DatabaseUnavailable

if TYPE_CHECKING:
    from collections.abc import Callable

    from yumen.alerts.store import AlertStore
    from yumen.alerts.texts import Language
    from yumen.alerts.values import Named, News, Recipients
    from yumen.notices import Channel, Courier

log = logging.getLogger("yumen.alerts")

MAX_QUEUED = 1000
"""What waits to be asked of the store; what comes beyond it is dropped and counted."""
RESTS_S = (0.5, 2.0, 10.0, 30.0)
"""How long it rests while the store does not answer."""


@dataclass(frozen=True, slots=True)
class Audience:
    """Who is told, and in which language."""

    courier: Courier
    language: Language = "en"
    named: Named | None = None
    recipients: Recipients | None = None
    member_channel: Callable[[str], Channel] | None = None
    """Makes a channel of a mail address, None: there is no mail server."""


class Teller:
    """Takes what may be news, and tells it once."""

    def __init__(
        self, store: AlertStore, audience: Audience, *, rests_s: tuple[float, ...] = RESTS_S, max_queued: int = MAX_QUEUED
    ) -> None:
        """Tell this audience."""
        self._store = store
        self._audience = audience
        self._rests_s = rests_s
        self._max_queued = max_queued
        self._waiting: deque[Crossing | Met | News] = deque()
        self._came = asyncio.Event()
        self._empty = asyncio.Event()
        self._empty.set()
        self.dropped = 0
        self.told = 0

    def hand_in(self, event: Crossing | Met | News) -> bool:
        """Take what may be news; return whether there was room. Never blocks."""
        if len(self._waiting) >= self._max_queued:
            self.dropped += 1
            if self.dropped == 1:
                log.error("alerts are dropped: too many wait for the database")
            return False
        self._waiting.append(event)
        self._empty.clear()
        self._came.set()
        return True

    async def run(self) -> None:
        """Tell until cancelled."""
        failures = 0
        while True:
            while self._waiting:
                try:
                    await self.look_at(self._waiting[0])
                except DatabaseUnavailable:
                    await asyncio.sleep(self._rests_s[min(failures, len(self._rests_s) - 1)])
                    failures += 1
                    continue
                except Exception:  # a defect in one piece of news must not keep the next from being told
                    log.exception("an alert could not be told")
                failures = 0
                self._waiting.popleft()
            self._empty.set()
            self._came.clear()
            await self._came.wait()

    async def finish(self, patience_s: float) -> None:
        """Wait until all is looked at, for so long at most."""
        with suppress(TimeoutError):
            await asyncio.wait_for(self._empty.wait(), patience_s)

    async def look_at(self, event: Crossing | Met | News) -> None:
        """Ask the store, and tell what is news."""
        if isinstance(event, Crossing):
            news = event.news
            if (await self._store.claim(news))[-1]:
                await self.tell(news[-1])
        elif isinstance(event, Met):
            if await self._store.meet(event.key_id, event.network, event.news):
                await self.tell(event.news)
        elif (await self._store.claim([event]))[0]:
            await self.tell(event)

    async def tell(self, news: News) -> None:
        """Tell the operator, and those of the organization whom it concerns."""
        news = await self._with_name(news)
        audience = self._audience
        message = message_of(news, audience.language)
        self.told += 1
        log.warning("alert: %s", message.subject)
        audience.courier.tell(message)
        if news.members:
            audience.courier.tell_members(await self._members(news), message)

    async def _members(self, news: News) -> list[Channel]:
        """Return the organization's people, nobody where they cannot be asked for or reached."""
        audience = self._audience
        make = audience.member_channel
        if news.organization_id is None or audience.recipients is None or make is None:
            return []
        try:
            return [make(address) for address in await audience.recipients.addresses(news.organization_id)]
        except (Fault, OperatorError) as error:
            log.warning("an organization's people were not told: %s", type(error).__name__)
            return []

    async def _with_name(self, news: News) -> News:
        """Return it with the scope's name; its id must do where the name cannot be had."""
        if self._audience.named is None or "scope" not in news.facts:
            return news
        try:
            name = await self._audience.named(str(news.facts["scope"]), str(news.facts["id"]))
        except Fault:
            return news
        return news if name is None else msgspec.structs.replace(news, facts={**news.facts, "name": name})
