"""A store in memory, a courier that keeps, and a clock that stands, for the tests of this room."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from yumen.alerts.values import News, Told
from yumen.clock import Clock
from yumen.notices import Channel, Message
from yumen.storage import DatabaseUnavailable

NOW = 1_800_000_000_000_000


class StandingClock(Clock):
    """A clock that moves when it is told to."""

    __slots__ = ("us",)

    def __init__(self) -> None:
        self.us = NOW

    def now_us(self) -> int:
        """Return the time that stands."""
        return self.us


class MemoryAlertStore:
    """The `AlertStore` in a dict; fails on demand. The conformance suite holds it equal to the real one."""

    def __init__(self) -> None:
        self.rows: dict[str, News] = {}
        self.networks: dict[str, set[str]] = {}
        self.broken = False

    async def claim(self, news: Sequence[News]) -> list[bool]:
        """As the protocol says."""
        self._check()
        return [self._claim(each) for each in news]

    async def meet(self, key_id: str, network: str, news: News) -> bool:
        """As the protocol says."""
        self._check()
        known = self.networks.setdefault(key_id, set())
        is_news = bool(known) and network not in known
        known.add(network)
        return is_news and self._claim(news)

    async def end(self, name: str, time_us: int) -> bool:
        """As the protocol says."""
        self._check()
        return self._put_aside(name, time_us)

    async def latest(self, limit: int, organization_id: str | None = None, skip: int = 0) -> list[Told]:
        """As the protocol says."""
        kept = [row for row in self.rows.items() if organization_id in (None, row[1].organization_id)]
        rows = sorted(kept, key=lambda row: (-row[1].time_us, row[0]))[skip : skip + limit]
        return [Told(name, news.topic, news.time_us, news.facts, news.organization_id) for name, news in rows]

    async def forget(self, before_us: int) -> None:
        """As the protocol says."""
        self.rows = {name: news for name, news in self.rows.items() if news.time_us >= before_us}

    def _claim(self, news: News) -> bool:
        if news.rearm_us:
            self._put_aside(news.name, news.time_us - news.rearm_us)
        if news.name in self.rows:
            return False
        self.rows[news.name] = news
        return True

    def _put_aside(self, name: str, before_us: int) -> bool:
        there = self.rows.get(name)
        if there is None or there.time_us > before_us:
            return False
        self.rows[f"{name}@{there.time_us}"] = msgspec.structs.replace(self.rows.pop(name))
        return True

    def _check(self) -> None:
        if self.broken:
            raise DatabaseUnavailable


class KeepingChannel:
    """A channel that takes everything."""

    def __init__(self, name: str = "webhook") -> None:
        self.name = name
        self.taken: list[Message] = []

    async def tell(self, message: Message) -> None:
        """Take it."""
        self.taken.append(message)


class KeepingCourier:
    """Keeps what it is handed."""

    def __init__(self) -> None:
        self.told: list[Message] = []
        self.members: list[tuple[list[Channel], Message]] = []

    def tell(self, message: Message) -> None:
        """Keep a notice for the operator."""
        self.told.append(message)

    def tell_members(self, channels: Sequence[Channel], message: Message) -> None:
        """Keep a notice for members."""
        self.members.append((list(channels), message))
