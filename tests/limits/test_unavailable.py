"""admit where the store knows nothing, or is away, or answers nobody."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any

import msgspec
import pytest

from tests.limits.desk import BOB, DOLLAR, SCOPES, Broken, Desk, headers, limit
from yumen.claude import Usage
from yumen.errors import LimitsUnavailable
from yumen.exchange.states import State
from yumen.limits import Kind, Limit, LimitOptions, Line, NoHistory, Scope, ScopeKind
from yumen.limits.rules import window
from yumen.limits.store_memory import MemoryLimitStore
from yumen.limits.terms import OrganizationTerms
from yumen.limits.values import MINUTE_US, Ask, Demand, Loaded, Verdict


class Ledger(NoHistory):
    """A history that says what was used, and how often it was asked."""

    def __init__(self, used: int, *recent: Loaded) -> None:
        self.used_units = used
        self.drawn = list(recent)
        self.asked = 0

    async def recent(self, organization_id: str, organization: OrganizationTerms, now_us: int) -> list[Loaded]:  # noqa: ARG002  (the protocol's signature)
        """As the protocol says."""
        return self.drawn

    async def used(self, organization_id: str, demands: Sequence[Demand]) -> list[Loaded]:  # noqa: ARG002  (the protocol's signature)
        """As the protocol says."""
        self.asked += 1
        await asyncio.sleep(0)
        return [Loaded(demand, self.used_units) for demand in demands]


async def test_counters_that_are_missing_come_from_the_ledger_once() -> None:
    """A store that knows nothing is loaded once, however many ask at that moment, and counts on from there."""
    history = Ledger(7)
    desk = Desk(limit(Kind.REQUESTS_PER_MONTH, 10), history=history)
    outcomes = await asyncio.gather(*(desk.ask() for _ in range(20)), return_exceptions=True)
    assert sum(not isinstance(outcome, BaseException) for outcome in outcomes) == 3
    assert history.asked == 1
    assert desk.admit._loading == {}


async def test_a_loss_begins_nobodys_window_anew() -> None:
    """Whoever asks first after a loss, the others' windows are loaded too: what they used within the last minute still counts."""
    line = Line(Scope(ScopeKind.KEY, BOB.key_id), limit(Kind.REQUESTS_PER_MINUTE, 3))
    clock = Desk().clock
    demand = window(line, "requests_per_minute", MINUTE_US)
    history = Ledger(0, Loaded(demand, events=((clock.now_us() - 1_000_000, 1), (clock.now_us() - 500_000, 1))))
    desk = Desk(limit(Kind.REQUESTS_PER_MINUTE, 5), line, history=history)
    await desk.ask()
    assert await desk.admitted(5, BOB) == 1


async def test_what_is_left_is_shown_on_the_first_answer_after_a_loss_too() -> None:
    """An answer to a call that a month does not count shows what is left of it, be it the first that is asked for."""
    desk = Desk(limit(Kind.REQUESTS_PER_MONTH, 10), limit(Kind.REQUESTS_PER_MINUTE, 5), history=Ledger(7))
    exchange = await desk.ask(path="/v1/messages/count_tokens")
    assert headers(exchange)["x-yumen-requests-per-month-remaining"] == "3"


async def test_fail_closed_refuses_who_has_a_limit() -> None:
    """Where limits cannot be counted, whoever has one gets a retryable 529, and nobody else."""
    store = Broken(None)
    desk = Desk(limit(Kind.REQUESTS_PER_MINUTE, 5), store=store)
    refused, _ = await desk.refusal()
    assert isinstance(refused, LimitsUnavailable)
    assert (refused.status, refused.should_retry) == (529, True)
    await desk.ask(BOB)


async def test_fail_open_lets_pass_and_books_later(caplog: pytest.LogCaptureFixture) -> None:
    """With the other mode it passes, is counted and logged, and its money and its request stand in the counters once the store is back."""
    desk = Desk(limit(Kind.REQUESTS_PER_MONTH, 5), limit(Kind.SPEND_PER_DAY, DOLLAR), options=LimitOptions(fail_open=True))
    desk.end(await desk.ask(), usage=Usage(1, 1), nanousd=1000)
    store = Broken(desk.store)
    desk.counting.store = store
    first, second = await desk.ask(), await desk.ask()
    assert desk.tally.uncounted == 2
    assert caplog.text.count("limits cannot be counted") == 1
    desk.end(first, usage=Usage(10, 10), nanousd=5000)
    desk.end(second, State.REFUSED)
    await desk.settle.finish(0.1)
    store.away = False
    await desk.settle.finish(1)
    shown = headers(await desk.ask())
    assert shown["x-yumen-requests-per-month-remaining"] == "2"
    assert shown["x-yumen-spend-per-day-remaining"] == "0.899994"


async def test_terms_that_cannot_be_read_follow_the_same_mode() -> None:
    """Whose limits nobody can read is refused, or passes, as the setting says."""
    desk = Desk(limit(Kind.REQUESTS_PER_MINUTE, 5))
    desk.terms.broken = True
    with pytest.raises(LimitsUnavailable):
        await desk.ask()
    desk.counting.options = LimitOptions(fail_open=True)
    assert (await desk.ask()).hold is None


async def test_a_caller_who_leaves_while_the_store_answers_gives_it_back() -> None:
    """Cut off between the question and the answer, a request is settled with nothing, whatever the store has granted."""
    store = MemoryLimitStore(clock := Desk().clock)
    reached = asyncio.Event()

    class Slow:
        async def open(self, ask: Ask) -> Verdict:
            verdict = await store.open(ask)
            reached.set()
            await asyncio.Event().wait()
            return verdict

        def __getattr__(self, name: str) -> Any:  # noqa: ANN401  (the store's own)
            return getattr(store, name)

    desk = Desk(limit(Kind.REQUESTS_PER_MINUTE, 1), store=Slow())
    desk.clock = clock
    await store.load("org_1", [])
    exchange = desk.exchange()
    task = asyncio.create_task(desk.admit(exchange))
    await reached.wait()
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    desk.end(exchange, State.REFUSED)
    desk.counting.store = store
    await desk.ask()


async def test_what_was_used_between_two_limits_counts_in_the_second() -> None:
    """A limit that was taken away and is set again in the same month counts from the ledger: its old counter missed what passed freely."""
    history = Ledger(0)
    monthly = Line(SCOPES[ScopeKind.KEY], limit(Kind.REQUESTS_PER_MONTH, 10))
    desk = Desk(monthly, history=history)
    desk.end(await desk.ask())
    desk.set()
    await desk.watch.poll()
    for _ in range(2):
        desk.end(await desk.ask())
    history.used_units = 3
    desk.set(msgspec.structs.replace(monthly, since_us=desk.clock.now_us()))
    await desk.watch.poll()
    assert headers(await desk.ask())["x-yumen-requests-per-month-remaining"] == "6"


@pytest.mark.parametrize("before", [(), (limit(Kind.REQUESTS_PER_MINUTE, 50),)])
async def test_what_was_under_way_when_a_limit_was_set_counts_in_it(before: tuple[Limit, ...]) -> None:
    """A request that was admitted before a limit of money was set, and ends after, is charged to it: once."""
    desk = Desk(*before)
    first = await desk.ask()
    desk.clock.move(1_000_000)
    desk.set(*before, limit(Kind.SPEND_PER_DAY, DOLLAR))
    await desk.watch.poll()
    desk.end(await desk.ask())
    desk.end(first, usage=Usage(1, 1), nanousd=300_000_000)
    desk.end(first, usage=Usage(1, 1), nanousd=300_000_000)
    assert headers(await desk.ask())["x-yumen-spend-per-day-remaining"] == "0.60"
