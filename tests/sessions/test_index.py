"""The list of conversations over several owners, in databases of both kinds."""

from __future__ import annotations

from yumen.sessions import Begun, Closing, Mine, Opening, TurnState, TurnUsage
from yumen.sessions.index import Wanted
from yumen.sessions.index_sql import SqlSessionIndex
from yumen.sessions.store_sql import SqlSessionStore
from yumen.storage import Database

QUESTION = b'{"role":"user","content":"hello"}'
ANSWER = b'{"role":"assistant","content":"good day"}'


async def turn(database: Database, owner: str, name: str, now_us: int) -> str:
    """Let a turn of seven tokens be asked and answered at a time, and return its session's id."""
    store, request_id = SqlSessionStore(database), f"req_{owner}_{now_us}"
    begun = await store.begin(owner, name, Opening(f"sess_{owner}_{now_us}", request_id, QUESTION, now_us, now_us + 10))
    assert isinstance(begun, Begun)
    mine = Mine(begun.session.id, begun.number, request_id)
    await store.finish(mine, Closing(TurnState.ANSWERED, now_us, ANSWER, "claude-haiku-4-5", TurnUsage(4, 3, 2)))
    return begun.session.id


async def test_owners_are_listed_together_and_nobody_elses(database: Database) -> None:
    """The last used first, with the sums of their turns; a session of another owner is not there, by list or by id."""
    first = await turn(database, "wrkspc_1", "one", 100)
    second = await turn(database, "wrkspc_2", "two", 200)
    foreign = await turn(database, "wrkspc_3", "three", 300)
    assert await turn(database, "wrkspc_1", "one", 400) == first
    index = SqlSessionIndex(database)
    found = await index.page(Wanted(["wrkspc_1", "wrkspc_2"]), 10)
    assert [(each.session.id, each.turns, each.usage.prompt_tokens, each.model) for each in found] == [
        (first, 2, 12, "claude-haiku-4-5"),
        (second, 1, 6, "claude-haiku-4-5"),
    ]
    assert await index.by_id(["wrkspc_1"], foreign) is None
    assert await index.by_id(["wrkspc_3"], foreign) is not None
    assert await index.page(Wanted([]), 10) == []


async def test_pages_follow_each_other_and_names_are_found_by_a_part(database: Database) -> None:
    """What was used at one time is told apart by its id; signs of a pattern mean themselves."""
    ids = [await turn(database, f"wrkspc_{number}", f"shop_{number}", 100) for number in range(3)]
    index, owners = SqlSessionIndex(database), [f"wrkspc_{number}" for number in range(3)]
    first = await index.page(Wanted(owners), 2)
    rest = await index.page(Wanted(owners, before=(100, first[-1].session.id)), 2)
    assert [each.session.id for each in (*first, *rest)] == sorted(ids, reverse=True)
    assert [each.session.name for each in await index.page(Wanted(owners, "HOP_1"), 5)] == ["shop_1"]
    assert await index.page(Wanted(owners, "shop%1"), 5) == []
