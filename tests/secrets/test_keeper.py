"""A credential is kept: fetched before it is old, anew on a refusal, and the last value serves while its store is away, loudly."""

from __future__ import annotations

import asyncio
import logging
import threading
from collections.abc import Awaitable
from contextlib import asynccontextmanager
from itertools import pairwise, product
from typing import TYPE_CHECKING

import pytest

from yumen.errors import OperatorError
from yumen.exchange.values import Secret
from yumen.secrets import Pace, Reference, SecretMissing, Stage, StoreUnavailable, judge_claudes_key
from yumen.secrets.around import Surroundings
from yumen.secrets.fetcher import Fetcher
from yumen.secrets.keeper import Keeper
from yumen.testing import JumpingClock

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

A, B, C = (f"sk-ant-api03-{letter * 20}" for letter in "abc")
AWAY, GONE, FOREIGN = StoreUnavailable("vault:a/b#c: away."), SecretMissing("vault:a/b#c: gone."), ValueError(f"stumbled over {A}")
REFERENCE = Reference("vault", "a/b", "c")
REFRESH_S = 100.0
PATIENCE_S = 20.0
"""A defect must not hang the suite."""


class Store:
    """A store that answers as a test says; it counts the questions, and notes when they came."""

    def __init__(self, clock: JumpingClock, current: str | Exception = A, **others: str | Exception) -> None:
        """Hold a value for each stage that is given."""
        self.clock = clock
        self.values: dict[str, str | Exception] = {"current": current, **others}
        self.asked_s: list[float] = []

    def fetch(self, _: Reference, stage: Stage = Stage.CURRENT) -> str:
        """Answer."""
        if stage is Stage.CURRENT:
            self.asked_s.append(self.clock.elapsed_ns() / 1e9)
        value = self.values.get(stage, GONE)
        if isinstance(value, Exception):
            raise value
        return value


class Room:
    """A keeper before a store, at a clock that jumps wherever the keeper waits for it."""

    def __init__(self, current: str | Exception = A, reference: Reference = REFERENCE, **others: str | Exception) -> None:
        """Prepare them."""
        self.clock = JumpingClock()
        self.store = Store(self.clock, current, **others)
        self.registered: list[str] = []
        around = Surroundings(self.clock, self.registered.append, lambda: 1.0, self.pause)
        self.keeper = Keeper(Fetcher(reference, self.store, 10.0), judge_claudes_key, Pace(REFRESH_S), around)

    async def pause(self, awaited: Awaitable[object], seconds: float) -> None:
        """Let the time pass at once, unless what is waited for has come."""
        task = asyncio.ensure_future(awaited)
        for _ in range(3):
            await asyncio.sleep(0)
        if task.done():
            return
        if seconds > 1:  # a long rest, which only a refused request ends
            await task
            return
        task.cancel()
        self.clock.move(round(seconds * 1e6) + 1)
        raise TimeoutError

    @asynccontextmanager
    async def running(self) -> AsyncIterator[Keeper]:
        """Run the keeper's task; it rests until somebody wants something."""
        await self.keeper.start()
        task = asyncio.create_task(self.keeper.run())
        await asyncio.sleep(0)
        try:
            yield self.keeper
        finally:
            task.cancel()
            await asyncio.wait([task])

    def served(self) -> str | None:
        """Return what is served now."""
        secret = self.keeper.current()
        return None if secret is None else secret.reveal()

    async def refused(self, used: Secret | None = None) -> bool:
        """Say that the upstream refused what is served now, or was."""
        return await asyncio.wait_for(self.keeper.renew(used or self.keeper.current()), PATIENCE_S)


async def test_it_is_fetched_at_the_start_and_hidden_before_it_is_used() -> None:
    """The value is known to whoever hides secrets as soon as it can be had, without its line's end."""
    room = Room(A + "\n")
    assert not room.keeper.available
    await room.keeper.start()
    assert (room.served(), room.registered, room.keeper.available) == (A, [A], True)
    assert A not in f"{room.keeper.current()!r} {room.keeper.current()}"
    assert "Vault a/b#c" in repr(room.keeper.current())


@pytest.mark.parametrize(
    ("reference", "problem", "words"),
    [
        (REFERENCE, GONE, "gone"),
        (REFERENCE, "two words", "cannot be a key"),
        (REFERENCE, "yk-production-abc", "a key of this gateway"),
        (REFERENCE, '{"a": "b"}', "#FIELD"),
        (Reference("file", "/key"), AWAY, "cannot be had"),
        (Reference("env", "KEY"), GONE, "cannot be had"),
    ],
)
async def test_what_somebody_must_mend_refuses_the_start(reference: Reference, problem: str | Exception, words: str) -> None:
    """What is missing, forbidden or no key is one sentence at the start that names the source; so is all that is on this machine."""
    with pytest.raises(OperatorError, match=words) as caught:
        await Room(problem, reference).keeper.start()
    assert reference.source in str(caught.value) or str(reference) in str(caught.value)
    assert "two words" not in str(caught.value)


@pytest.mark.parametrize("problem", [AWAY, FOREIGN])
async def test_a_store_that_is_away_does_not_refuse_the_start(problem: Exception, caplog: pytest.LogCaptureFixture) -> None:
    """The upstream has no credential until the store is back, and the log says so."""
    room = Room(problem)
    await room.keeper.start()
    assert not room.keeper.available
    assert "its upstream cannot be used" in caplog.text
    assert A not in caplog.text
    room.store.values["current"] = A
    await room.keeper.look()
    assert room.served() == A
    assert room.keeper.fault is None


async def test_an_unchanged_value_stays_the_same_object() -> None:
    """Whoever keeps what he made of the value may compare by identity."""
    room = Room()
    await room.keeper.start()
    first = room.keeper.current()
    await room.keeper.look()
    assert room.keeper.current() is first


async def test_a_rotation_is_seen_by_the_next_look(caplog: pytest.LogCaptureFixture) -> None:
    """The new value is hidden, served, and told by its source alone."""
    room = Room()
    await room.keeper.start()
    room.store.values["current"] = B
    with caplog.at_level(logging.INFO):
        await room.keeper.look()
    assert (room.served(), room.registered) == (B, [A, B])
    assert "the secret of Vault a/b#c was rotated" in caplog.text
    assert not {A, B} & set(caplog.text.split())


@pytest.mark.parametrize("problem", [AWAY, GONE, FOREIGN, "two words", ""])
async def test_the_last_value_serves_while_the_store_fails_loudly(problem: str | Exception, caplog: pytest.LogCaptureFixture) -> None:
    """Each failed look is told, in the log and as age; one success ends that."""
    room = Room()
    await room.keeper.start()
    room.store.values["current"] = problem
    for times in range(1, 4):
        room.clock.move(60_000_000)
        await room.keeper.look()
        assert (room.served(), room.keeper.stale_s) == (A, 60.0 * times)
        assert f"could not be fetched ({times} times now); the value of {60 * times} s ago is used on" in caplog.text
        assert room.keeper.fault
    assert "two words" not in caplog.text
    assert "stumbled" not in caplog.text
    room.store.values["current"] = A
    await room.keeper.look()
    assert (room.keeper.stale_s, room.keeper.fault) == (0.0, None)


async def test_a_refusal_fetches_the_new_value() -> None:
    """A request that was refused with the old value goes again with the new one."""
    room = Room()
    async with room.running():
        room.clock.move(5_000_000)
        room.store.values["current"] = B
        assert await room.refused()
        assert room.served() == B


async def test_a_storm_of_refusals_is_one_question() -> None:
    """A thousand refused requests wait for one fetch; those that come later with the old value need none."""
    room = Room()
    async with room.running() as keeper:
        room.clock.move(5_000_000)
        used = keeper.current()
        room.store.values["current"] = B
        storm = [asyncio.create_task(keeper.renew(used)) for _ in range(1000)]
        assert all(await asyncio.gather(*storm))
        assert await keeper.renew(used)
        assert len(room.store.asked_s) == 2


async def test_refusals_that_nothing_helps_become_rare_questions() -> None:
    """While the store has no other value, questions double their distance, and requests are refused at once between them."""
    room = Room()
    async with room.running():
        for _ in range(600):
            assert not await room.refused()
            room.clock.move(1_000_000)
        asked = room.store.asked_s
        gaps = [after - before for before, after in pairwise(asked)]
        assert all(gap >= 1 for gap in gaps[1:])
        assert len(asked) < 20


@pytest.mark.parametrize(
    ("others", "served"),
    [({"pending": B}, B), ({"previous": C}, C), ({"pending": B, "previous": C}, B), ({"pending": "two words", "previous": C}, C)],
)
async def test_in_the_middle_of_a_rotation_the_others_are_tried(others: dict[str, str], served: str) -> None:
    """An upstream that refuses the current value takes the next, or still the one before; looks do not undo that, the end of it does."""
    room = Room(A, **others)
    async with room.running() as keeper:
        room.clock.move(5_000_000)
        assert await room.refused()
        assert room.served() == served
        await keeper.look()
        assert room.served() == served
        room.store.values = {"current": served, "previous": A}
        await keeper.look()
        assert room.served() == served
        room.store.values = {"current": "sk-ant-api03-dddddd"}
        await keeper.look()
        assert room.served() == "sk-ant-api03-dddddd"


async def test_an_upstream_that_refuses_everything_gets_the_current_value_again() -> None:
    """When no value is taken, the store's word counts."""
    room = Room(A, previous=B)
    async with room.running():
        for served in (B, A):
            room.clock.move(100_000_000)
            assert await room.refused()
            assert room.served() == served


async def test_a_refusal_while_the_store_is_away_is_answered() -> None:
    """Nobody waits for a store that does not answer longer than one question."""
    room = Room()
    async with room.running():
        room.clock.move(5_000_000)
        room.store.values["current"] = AWAY
        assert not await room.refused()
        assert room.served() == A


async def test_the_end_lets_nobody_wait() -> None:
    """Who asks for a renewal when the keeper ends, or later, is answered."""
    room = Room()
    async with room.running() as keeper:
        waiting = asyncio.create_task(keeper.renew(keeper.current()))
        await asyncio.sleep(0)
    assert not await asyncio.wait_for(waiting, PATIENCE_S)
    assert not await keeper.renew(keeper.current())


FAILURES = (None, AWAY, GONE, FOREIGN, "two words")


@pytest.mark.parametrize("plan", list(product(FAILURES, repeat=3)))
async def test_whatever_fails_the_last_good_value_is_served(plan: tuple[str | Exception | None, ...]) -> None:
    """Fail any of three looks in any way: after each, what is served is the last that the store gave, and it heals by itself."""
    room = Room()
    await room.keeper.start()
    good = A
    for number, problem in enumerate(plan):
        value = f"sk-ant-api03-value-{number}"
        room.store.values["current"] = value if problem is None else problem
        room.clock.move(10_000_000)
        await room.keeper.look()
        good = value if problem is None else good
        assert room.served() == good
        assert (room.keeper.fault is None) is (problem is None)
        assert good in room.registered
    room.store.values["current"] = C
    await room.keeper.look()
    assert (room.served(), room.keeper.stale_s) == (C, 0.0)


async def test_a_store_that_hangs_is_given_up_and_not_buried_in_threads() -> None:
    """A question that is not answered in time is an outage; with three of them open no further thread is begun."""
    released, begun = threading.Event(), []

    class Hanging:
        def fetch(self, _: Reference, stage: Stage = Stage.CURRENT) -> str:
            begun.append(stage)
            released.wait(60)
            return A

    fetcher = Fetcher(REFERENCE, Hanging(), 0.01)
    try:
        for _ in range(5):
            with pytest.raises(StoreUnavailable):
                await fetcher.fetch()
        assert len(begun) == 3
    finally:
        released.set()


@pytest.mark.parametrize("draw", [0.0, 0.5, 1.0])
def test_when_it_is_fetched(draw: float) -> None:
    """Before the time to live ends; after failures sooner at first, and never later than a refresh; for refusals once a second at most."""
    pace = Pace(REFRESH_S)
    assert 75 <= pace.refresh_after_ns(draw) / 1e9 <= 95
    pauses = [pace.again_after_ns(failures, draw) / 1e9 for failures in range(1, 2000)]
    assert pauses == sorted(pauses)
    assert 0.5 <= pauses[0] <= 1
    assert pauses[-1] <= 60
    assert Pace(10.0).again_after_ns(50, draw) / 1e9 <= 10
    assert [pace.gap_ns(fruitless) / 1e9 for fruitless in (0, 1, 2, 9)] == [1, 2, 4, 60]
