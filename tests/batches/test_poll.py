"""Batches under way are looked at until they end, and charged once, whatever happens on the way."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

import pytest

from tests.claude.test_batch_results import succeeded
from tests.ledger.making import JumpingClock
from yumen.batches import OpenBatch, Poller, Sum
from yumen.batches.rules import PriceOf
from yumen.batches.store_sql import SqlBatchStore
from yumen.claude.usage import Usage
from yumen.errors import UpstreamUnreachable
from yumen.exchange.values import DEFAULT_ORGANIZATION, Cost
from yumen.storage import Database

BATCH = OpenBatch(
    id="msgbatch_1",
    request_id="req_1",
    created_us=1_000,
    upstream="default",
    organization_id=DEFAULT_ORGANIZATION,
    workspace_id="wrkspc_1",
    environment="production",
    key_id="apikey_1",
    expected_nanousd=77,
)


class Scripted:
    """An answer of an upstream."""

    def __init__(self, status: int, body: bytes) -> None:
        """Answer so."""
        self.status = status
        self._body = body

    async def pieces(self) -> AsyncIterator[bytes]:
        """Yield the body byte by byte."""
        for place in range(len(self._body)):
            yield self._body[place : place + 1]


class Desk:
    """Services whose upstream says what a test wants it to, and which note what is charged."""

    def __init__(self) -> None:
        """Nothing has ended."""
        self.status = Scripted(200, b'{"processing_status":"in_progress"}')
        self.results = Scripted(200, succeeded(3, 4) + b"\n" + succeeded(5, 6) + b"\n")
        self.unreachable = False
        self.renewed: list[str] = []
        self.charged: list[tuple[str, Sum, bool]] = []

    @asynccontextmanager
    async def get(self, upstream: str, path: str, api_version: str | None) -> AsyncIterator[Scripted]:
        """Answer by the path."""
        assert (upstream, api_version) == ("default", None)
        if self.unreachable:
            raise UpstreamUnreachable
        yield self.results if path.endswith("/results") else self.status

    def prices_of(self, batch: OpenBatch) -> PriceOf:
        """A nano-dollar a token."""
        assert batch == BATCH

        def price(model: str | None, usage: Usage) -> Cost | None:
            del model
            return Cost(usage.input_tokens + usage.output_tokens, "test")

        return price

    async def renew(self, batches: Sequence[OpenBatch]) -> None:
        """Note whose holds are kept."""
        self.renewed += [batch.id for batch in batches]

    async def charge(self, batch: OpenBatch, total: Sum, *, estimated: bool) -> None:
        """Note what is charged."""
        self.charged.append((batch.id, total, estimated))


@pytest.fixture
async def store(database_url: str) -> AsyncIterator[SqlBatchStore]:
    """A store with one batch."""
    database = Database(database_url)
    await database.upgrade()
    store = SqlBatchStore(database)
    await store.add(BATCH)
    await store.add(BATCH)
    yield store
    await database.dispose()


@pytest.fixture
def clock() -> JumpingClock:
    """A clock that stands."""
    return JumpingClock()


async def test_a_batch_is_charged_once_when_it_ends(store: SqlBatchStore, clock: JumpingClock) -> None:
    """While it is under way nothing is charged and its hold is kept; at its end the sum of its results is, and never again."""
    desk = Desk()
    poller = Poller(store, clock, desk, interval_s=1.0)
    await poller.round()
    assert (desk.renewed, desk.charged) == ([BATCH.id], [])
    desk.status = Scripted(200, b'{"processing_status":"ended"}')
    await poller.round()
    assert desk.charged == [], "within the interval nobody looks twice"
    clock.us += 1_000_000
    await poller.round()
    clock.us += 1_000_000
    await poller.round()
    ((batch_id, total, estimated),) = desk.charged
    assert (batch_id, total.nanousd, total.succeeded, estimated) == (BATCH.id, 18, 2, False)


async def test_what_is_gone_is_charged_by_estimate(store: SqlBatchStore, clock: JumpingClock) -> None:
    """A batch that was deleted before its results were read costs what was expected, and is marked."""
    desk = Desk()
    desk.status = Scripted(404, b"{}")
    await Poller(store, clock, desk).round()
    ((_, total, estimated),) = desk.charged
    assert (total.nanousd, estimated) == (77, True)


@pytest.mark.parametrize("status", [Scripted(500, b"{}"), Scripted(200, b"not a batch"), Scripted(529, b"")])
async def test_an_upstream_in_trouble_is_asked_again(status: Scripted, store: SqlBatchStore, clock: JumpingClock) -> None:
    """No fault of the upstream's charges anything or ends the task."""
    desk = Desk()
    desk.status = status
    poller = Poller(store, clock, desk, interval_s=1.0)
    await poller.round()
    desk.unreachable = True
    clock.us += 1_000_000
    await poller.round()
    assert desk.charged == []
    desk.unreachable = False
    desk.status = Scripted(200, b'{"processing_status":"ended"}')
    clock.us += 1_000_000
    await poller.round()
    assert len(desk.charged) == 1


async def test_of_two_processes_one_looks(store: SqlBatchStore, clock: JumpingClock) -> None:
    """Two gateways on one database charge a batch once."""
    desk = Desk()
    desk.status = Scripted(200, b'{"processing_status":"ended"}')
    await Poller(store, clock, desk).round()
    await Poller(store, clock, desk).round()
    assert len(desk.charged) == 1


async def test_who_is_about_to_delete_a_batch_has_it_charged(store: SqlBatchStore, clock: JumpingClock) -> None:
    """Whoever looked within the interval, a batch that has ended is charged now; one under way is not; a fault is the asker's."""
    desk = Desk()
    poller = Poller(store, clock, desk)
    await poller.round()
    await poller.charge_now(BATCH.id)
    await poller.charge_now("msgbatch_of_nobody")
    assert desk.charged == []
    desk.unreachable = True
    with pytest.raises(UpstreamUnreachable):
        await poller.charge_now(BATCH.id)
    desk.unreachable = False
    desk.status = Scripted(200, b'{"processing_status":"ended"}')
    await poller.charge_now(BATCH.id)
    await poller.charge_now(BATCH.id)
    assert [total.nanousd for _, total, _ in desk.charged] == [18]
