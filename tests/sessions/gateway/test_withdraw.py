"""A turn that is taken back leaves nothing, and takes nothing of anybody else's along: on both databases."""

from __future__ import annotations

import asyncio

from yumen.sessions import Begun, Closing, Mine, Opening, TurnState
from yumen.sessions.shelf_sql import SqlSessionShelf
from yumen.sessions.store_sql import SqlSessionStore
from yumen.sessions.withdraw_sql import SqlWithdrawals
from yumen.storage import Database

LEASE_US = 1_000_000


def opening(number: int) -> Opening:
    """How the request of that number begins its turn."""
    return Opening(f"sess_{number}", f"req_{number}", b'{"role":"user","content":"x"}', number, number + LEASE_US)


async def begin(store: SqlSessionStore, number: int) -> Mine:
    """Begin a turn, once nobody else's is under way."""
    while not isinstance(begun := await store.begin("wrkspc", "one", opening(number)), Begun):  # noqa: ASYNC110  (other transactions have no event)
        await asyncio.sleep(0)
    return Mine(begun.session.id, begun.number, f"req_{number}")


async def test_only_the_open_turn_of_that_request_goes(both: Database) -> None:
    """Its session goes with it where there is nothing else in it; what was answered stays, and twice is once."""
    store, shelf, withdrawals = SqlSessionStore(both), SqlSessionShelf(both), SqlWithdrawals(both)
    first = await begin(store, 1)
    await withdrawals.withdraw(Mine(first.session_id, first.number, "req_other"))
    assert await shelf.read("wrkspc", "one") is not None
    await withdrawals.withdraw(first)
    await withdrawals.withdraw(first)
    assert await shelf.read("wrkspc", "one") is None
    kept = await begin(store, 2)
    await store.finish(kept, Closing(TurnState.ANSWERED, 3, b'{"role":"assistant","content":"y"}'))
    await withdrawals.withdraw(kept)
    await withdrawals.withdraw(await begin(store, 4))
    found = await shelf.read("wrkspc", "one")
    assert found is not None
    assert [turn.request_id for turn in found[1]] == ["req_2"]


async def test_whoever_begins_meanwhile_keeps_its_turn(both: Database) -> None:
    """Fifteen requests of one session, each taken back at once or answered: every one that was answered is there."""
    store, shelf, withdrawals = SqlSessionStore(both), SqlSessionShelf(both), SqlWithdrawals(both)

    async def one(number: int) -> None:
        mine = await begin(store, number)
        if number % 3:
            await withdrawals.withdraw(mine)
        else:
            assert await store.finish(mine, Closing(TurnState.ANSWERED, number, b'{"role":"assistant","content":"y"}'))

    await asyncio.gather(*(one(number) for number in range(15)))
    found = await shelf.read("wrkspc", "one")
    assert found is not None
    assert {turn.request_id for turn in found[1]} == {f"req_{number}" for number in range(0, 15, 3)}
