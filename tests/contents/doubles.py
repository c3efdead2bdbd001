"""A store of content in memory that fails on demand, a sealer that can be opened by eye, and a house that keeps content."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec

from tests.exchange.house import MINE, House, house
from tests.exchange.scripted import Upstream
from yumen.clock import Clock
from yumen.contents import Contents, Keeping, KeepOptions, Kept, Row, Safe, Shown, Sizes, read_kept
from yumen.errors import ContentKeyUnavailable
from yumen.exchange import Exchange
from yumen.exchange.values import Content, Principal
from yumen.http import ByteBudget
from yumen.storage import DatabaseUnavailable
from yumen.storage.compartments import One
from yumen.storage.envelope import Envelope

ALL = msgspec.structs.replace(MINE, content=Content.ALL)
"""Whoever asks, where nothing else is said."""
ROOMY = Sizes(65_536, 65_536)


class MemoryContentStore:
    """Keeps rows in a dict; away, it says so."""

    def __init__(self) -> None:
        self.rows: dict[str, Row] = {}
        self.away = False

    async def add(self, rows: Sequence[Row]) -> None:
        """As the protocol says."""
        if self.away:
            raise DatabaseUnavailable
        for row in rows:
            self.rows.setdefault(row.request_id, row)

    async def find(self, request_id: str) -> Row | None:
        """As the protocol says."""
        return self.rows.get(request_id)

    async def purge(self, before_us: int, at_most: int) -> int:
        """As the protocol says."""
        if self.away:
            raise DatabaseUnavailable
        old = [row.request_id for row in self.rows.values() if row.time_us < before_us][:at_most]
        for request_id in old:
            del self.rows[request_id]
        return len(old)


class Sealers:
    """Gives each organization a sealer of its own, but for those whose key is away."""

    def __init__(self) -> None:
        self.away: set[str] = set()
        self._made: dict[str, Envelope] = {}

    async def of(self, organization_id: str) -> Envelope:
        """As `SealerOf` says."""
        if organization_id in self.away:
            raise ContentKeyUnavailable
        name = "dk_" + "0" * 24
        return self._made.setdefault(organization_id, Envelope({name: organization_id.encode().ljust(32, b"\0")[:32]}, name, name))


@dataclass
class Home:
    """What one test looks at."""

    house: House
    store: MemoryContentStore
    sealers: Sealers
    keeping: Keeping
    budget: ByteBudget

    async def kept(self) -> list[Kept]:
        """Write what waits, and return all that is kept, opened."""
        await self.keeping.settle()
        found = [await self.shown(request_id) for request_id in self.store.rows]
        return [each.kept for each in found if each is not None]

    async def shown(self, request_id: str) -> Shown | None:
        """Return what is kept of one request."""
        return await read_kept(Safe(One(self.store), self.sealers.of), request_id)


async def passing(_: Exchange) -> None:
    """Let a request pass."""


@asynccontextmanager
async def home(  # noqa: PLR0913  (a test says what is special about its house)
    upstream: Upstream,
    folder: Path,
    principal: Principal = ALL,
    *,
    check: Callable[[Exchange], Awaitable[None]] = passing,
    sizes: Sizes = ROOMY,
    budget_bytes: int = 1024 * 1024,
    keep_days: int = 30,
    **changes: Callable[[Any], Any],
) -> AsyncIterator[Home]:
    """Serve in front of an upstream, and keep what that principal's setting says; nothing is written before a test asks."""
    store, sealers, budget = MemoryContentStore(), Sealers(), ByteBudget(budget_bytes)
    keeping = Keeping(Safe(One(store), sealers.of), Clock(), budget, KeepOptions(keep_days), no_pause)
    contents = Contents(keeping, sizes, budget)

    async def authenticate(exchange: Exchange) -> None:
        exchange.principal = principal

    stages: dict[str, Callable[[Any], Any]] = {
        "authenticate": lambda _: authenticate,
        "check": lambda _: contents.after(check),
        "closing": lambda closing: (*closing, contents.close),
    }
    async with house(upstream, folder, **(stages | changes)) as built:
        yield Home(built, store, sealers, keeping, budget)


async def no_pause(_: float) -> None:
    """Let others run, and look again."""
    await asyncio.sleep(0)
