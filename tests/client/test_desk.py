"""The desk ends every turn that it began, whoever leaves, and whether or not the database is there at that moment."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from yumen.client.desk import Desk
from yumen.sessions import Closing, Opening, TurnState
from yumen.storage import Database, DatabaseUnavailable

PATIENCE_S = 5.0
ANSWER = b'{"role":"assistant","content":"y"}'


class Slow:
    """A store before another: it waits where it is told to, and can be away."""

    def __init__(self, store: Any) -> None:  # noqa: ANN401  (any store)
        """Pass everything on."""
        self._store = store
        self.begun, self.go_on = asyncio.Event(), asyncio.Event()
        self.go_on.set()
        self.away = 0

    async def begin(self, owner: str, name: str, opening: Opening) -> Any:  # noqa: ANN401  (as the store)
        """Begin, and say so late."""
        found = await self._store.begin(owner, name, opening)
        self.begun.set()
        await self.go_on.wait()
        return found

    async def finish(self, *arguments: Any) -> bool:  # noqa: ANN401  (the same)
        """Finish, unless it is away."""
        self.begun.set()
        await self.go_on.wait()
        self.away -= 1
        if self.away >= 0:
            raise DatabaseUnavailable
        return bool(await self._store.finish(*arguments))


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Desk]:
    """A desk whose store is a slow one."""
    desk = Desk(Database(f"sqlite+aiosqlite:///{tmp_path}/desk.db"), poll_s=0.001, pause=lambda _: asyncio.sleep(0))
    await desk.database.upgrade()
    desk.store = Slow(desk.store)  # type: ignore[assignment]
    yield desk
    await desk.close()


def make(number: int) -> Any:  # noqa: ANN401  (what `begin` takes)
    """The opening of that number."""
    return lambda now_us, until_us: Opening("sess_1", f"req_{number}", b'{"role":"user","content":"x"}', now_us, until_us)


def closing(desk: Desk) -> Closing:
    """An answer."""
    return Closing(TurnState.ANSWERED, desk.clock.now_us(), ANSWER)


async def states(desk: Desk) -> list[TurnState]:
    """How the turns stand."""
    found = await desk.shelf.read("local", "one")
    return [] if found is None else [turn.state for turn in found[1]]


async def test_whoever_leaves_while_its_turn_opens_holds_nobody_up(desk: Desk) -> None:
    """Ctrl-C in the very moment in which the turn is written: it is ended at once, not when its lease of fifteen seconds is over."""
    slow: Any = desk.store
    slow.go_on.clear()
    leaving = asyncio.create_task(desk.begin("one", make(1), PATIENCE_S))
    await slow.begun.wait()
    leaving.cancel()
    slow.go_on.set()
    with pytest.raises(asyncio.CancelledError):
        await leaving
    _, mine = await desk.begin("one", make(2), PATIENCE_S)
    assert await desk.finish(mine, closing(desk))
    assert await states(desk) == [TurnState.BROKEN, TurnState.ANSWERED]


async def test_whoever_leaves_while_its_answer_is_stored_has_it_stored(desk: Desk) -> None:
    """Ctrl-C in the moment of storing loses no answer, and `give_up`, which follows it, does not break the turn."""
    slow: Any = desk.store
    _, mine = await desk.begin("one", make(1), PATIENCE_S)
    slow.begun.clear()
    slow.go_on.clear()
    leaving = asyncio.create_task(desk.finish(mine, closing(desk)))
    await slow.begun.wait()
    leaving.cancel()
    await desk.give_up(mine)
    slow.go_on.set()
    begun, mine = await desk.begin("one", make(2), PATIENCE_S)
    assert len(begun.turns) == 1
    await desk.finish(mine, closing(desk))
    assert await states(desk) == [TurnState.ANSWERED] * 2


async def test_an_answer_waits_for_a_database_that_is_away(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """It is offered until it is taken, and the next turn waits for it; whoever asked has its answer meanwhile."""
    slow: Any = desk.store
    monkeypatch.setattr("yumen.client.desk.SETTLE_S", 0)
    _, mine = await desk.begin("one", make(1), PATIENCE_S)
    slow.away = 5
    assert await desk.finish(mine, closing(desk))
    begun, mine = await desk.begin("one", make(2), PATIENCE_S)
    assert [turn.answer for turn in begun.turns] == [ANSWER]
    assert caplog.text.count("could not be stored") == 5
    await desk.give_up(mine)


async def test_an_answer_that_no_database_takes_is_given_up(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """After a minute the turn is let go, and does not count: whoever still waits is told so, and the next may begin."""
    slow: Any = desk.store
    monkeypatch.setattr("yumen.client.desk.SETTLE_S", PATIENCE_S)
    _, mine = await desk.begin("one", make(1), PATIENCE_S)
    slow.away = 1_000
    assert not await desk.finish(mine, closing(desk))
    assert not desk._held
    assert len(desk._lines) == 0
