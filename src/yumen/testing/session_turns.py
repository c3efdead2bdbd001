"""Of the suite for stores of conversations: turns, one at a time, none lost."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from yumen.sessions.values import Begun, Busy, Closing, Mine, Opening, TurnState, TurnUsage

if TYPE_CHECKING:
    from yumen.sessions.store import SessionShelf, SessionStore

NOW_US = 1_795_651_200_000_000
LEASE_US = 15_000_000
OWNER, NAME = "wrkspc_1", "customer-42"
USED = TurnUsage(1, 2, 3, 4, 5)


def opening(number: int = 1, text: str = "hello", *, at_us: int = NOW_US, **said: Any) -> Opening:  # noqa: ANN401  (what it says of the session)
    """The opening of a turn by the request of that number."""
    question = b'{"role":"user","content":"' + text.encode() + b'"}'
    return Opening(f"sess_{number}", f"req_{number}", question, at_us, at_us + LEASE_US, **said)


def closing(text: str = "good day", *, at_us: int = NOW_US + 1) -> Closing:
    """The end of a turn that was answered."""
    answer = b'{"role":"assistant","content":[{"type":"text","text":"' + text.encode() + b'"}]}'
    return Closing(TurnState.ANSWERED, at_us, answer, "claude-sonnet-5-5", USED)


def is_begun(found: Begun | Busy) -> Begun:
    """Return what was begun; it must have been."""
    assert isinstance(found, Begun)
    return found


def mine(begun: Begun, number: int = 1) -> Mine:
    """The turn that was begun by the request of that number."""
    return Mine(begun.session.id, begun.number, f"req_{number}")


async def said(store: SessionStore, number: int, question: str = "hello", answer: str = "good day", name: str = NAME) -> Begun:
    """A whole turn."""
    begun = is_begun(await store.begin(OWNER, name, opening(number, question, at_us=NOW_US + number * 10)))
    assert await store.finish(mine(begun, number), closing(answer, at_us=NOW_US + number * 10 + 1))
    return begun


class TurnSuite:
    """What a store of turns promises."""

    async def test_a_first_turn_makes_the_session(self, store: SessionStore) -> None:
        """The session is made with what the turn says of it, and its history is empty."""
        system, tools = b'"Be kind \xe7\x8e\x89."', b'[{"name":"t"}]'
        begun = is_begun(await store.begin(OWNER, NAME, opening(style="formal", model="claude-opus-4-6", system=system, tools=tools)))
        session = begun.session
        assert (session.id, session.owner, session.name, session.created_us, session.used_us) == ("sess_1", OWNER, NAME, NOW_US, NOW_US)
        assert (session.style, session.model, session.system, session.tools) == ("formal", "claude-opus-4-6", system, tools)
        assert (session.summary, session.forked_from, begun.turns, begun.number) == (None, None, (), 1)

    async def test_the_next_turn_gets_the_history(self, store: SessionStore) -> None:
        """What was asked and answered comes back byte for byte, in order, with all that is known of it."""
        for number in (1, 2):
            await said(store, number, f"问 {number}", f"答 {number}")
        begun = is_begun(await store.begin(OWNER, NAME, opening(3)))
        assert (begun.number, begun.session.id) == (3, "sess_1")
        first, second = begun.turns
        assert (first.question, first.answer) == (opening(1, "问 1").question, closing("答 1").answer)
        assert (second.number, second.state, second.usage, second.model) == (2, TurnState.ANSWERED, USED, "claude-sonnet-5-5")
        assert (second.opened_us, second.ended_us, second.request_id, second.dropped) == (NOW_US + 20, NOW_US + 21, "req_2", False)

    async def test_what_a_turn_says_of_the_session_holds(self, store: SessionStore) -> None:
        """A later turn changes what it names, and nothing else."""
        await store.finish(mine(is_begun(await store.begin(OWNER, NAME, opening(style="formal", system=b'"a"')))), closing())
        session = is_begun(await store.begin(OWNER, NAME, opening(2, system=b'"b"'))).session
        assert (session.style, session.system) == ("formal", b'"b"')

    async def test_what_an_end_says_of_the_session_holds_if_its_answer_counts(self, store: SessionStore) -> None:
        """An answer brings its system prompt, its tools and what was left out for it; a broken turn, and one that came too late, do not."""
        for number in (1, 2):
            await said(store, number)
        said_too: dict[str, Any] = {"system": b'"a"', "tools": b"[]", "left_out_to": 1}
        broken = mine(is_begun(await store.begin(OWNER, NAME, opening(3, at_us=NOW_US + 30))), 3)
        await store.finish(broken, Closing(TurnState.BROKEN, NOW_US + 31, **said_too))
        late = mine(is_begun(await store.begin(OWNER, NAME, opening(4, at_us=NOW_US + 40))), 4)
        begun = is_begun(await store.begin(OWNER, NAME, opening(5, at_us=NOW_US + 50 + LEASE_US)))
        assert not await store.finish(late, Closing(TurnState.ANSWERED, NOW_US + 51, b"{}", **said_too))
        assert (begun.session.system, begun.session.tools, len(begun.turns)) == (None, None, 2)
        assert await store.finish(mine(begun, 5), Closing(TurnState.ANSWERED, NOW_US + 52 + LEASE_US, b"{}", **said_too))
        after = is_begun(await store.begin(OWNER, NAME, opening(6, at_us=NOW_US + 60 + LEASE_US)))
        assert (after.session.system, after.session.tools, [turn.number for turn in after.turns]) == (b'"a"', b"[]", [2, 5])

    async def test_a_turn_under_way_keeps_others_out(self, store: SessionStore) -> None:
        """Whoever comes meanwhile is told until when, leaves no trace, and another session is not concerned."""
        begun = is_begun(await store.begin(OWNER, NAME, opening()))
        assert await store.begin(OWNER, NAME, opening(2, system=b'"x"')) == Busy(NOW_US + LEASE_US)
        is_begun(await store.begin(OWNER, "other", opening(3)))
        await store.finish(mine(begun), closing())
        again = is_begun(await store.begin(OWNER, NAME, opening(4)))
        assert (again.number, len(again.turns), again.session.system) == (2, 1, None)

    async def test_of_many_at_once_one_begins(self, store: SessionStore) -> None:
        """Of ten that open the first turn of a session at the same time exactly one does."""
        found = await asyncio.gather(*(store.begin(OWNER, NAME, opening(number)) for number in range(10)))
        assert [type(one) for one in found].count(Begun) == 1
        assert all(one == Busy(NOW_US + LEASE_US) for one in found if isinstance(one, Busy))

    async def test_many_turns_at_once_are_all_kept_in_order(self, store: SessionStore, shelf: SessionShelf) -> None:
        """Eight that try until they may are answered one after the other, each with all before it in its history."""

        async def ask(number: int) -> int:
            while True:
                found = await store.begin(OWNER, NAME, opening(number))
                if isinstance(found, Begun):
                    await asyncio.sleep(0)
                    assert await store.finish(mine(found, number), closing())
                    return len(found.turns)

        histories = await asyncio.gather(*(ask(number) for number in range(8)))
        assert sorted(histories) == list(range(8))
        read = await shelf.read(OWNER, NAME)
        assert read is not None
        assert [turn.number for turn in read[1]] == list(range(1, 9))

    async def test_a_lease_that_ends_breaks_the_turn(self, store: SessionStore, shelf: SessionShelf) -> None:
        """A turn whose process died is kept as broken and left out of the history; its number is not used again."""
        await said(store, 1)
        is_begun(await store.begin(OWNER, NAME, opening(2, at_us=NOW_US + 100)))
        begun = is_begun(await store.begin(OWNER, NAME, opening(3, at_us=NOW_US + 100 + LEASE_US)))
        assert (begun.number, [turn.number for turn in begun.turns]) == (3, [1])
        read = await shelf.read(OWNER, NAME)
        assert read is not None
        assert [turn.state for turn in read[1]] == [TurnState.ANSWERED, TurnState.BROKEN, TurnState.OPEN]

    async def test_a_renewed_lease_holds(self, store: SessionStore) -> None:
        """Renewing keeps others out for longer; a turn that has ended is not renewed, nor is another's."""
        begun = is_begun(await store.begin(OWNER, NAME, opening()))
        await store.renew([mine(begun), mine(begun, 7)], NOW_US + 3 * LEASE_US)
        later = opening(2, at_us=NOW_US + 2 * LEASE_US)
        assert await store.begin(OWNER, NAME, later) == Busy(NOW_US + 3 * LEASE_US)
        await store.finish(mine(begun), closing())
        await store.renew([mine(begun)], NOW_US + 9 * LEASE_US)
        is_begun(await store.begin(OWNER, NAME, later))

    async def test_a_late_answer_is_kept_and_does_not_count(self, store: SessionStore, shelf: SessionShelf) -> None:
        """An answer to a turn that was broken meanwhile is stored beside it, and stays out of the history."""
        late = is_begun(await store.begin(OWNER, NAME, opening()))
        after = is_begun(await store.begin(OWNER, NAME, opening(2, at_us=NOW_US + LEASE_US)))
        assert not await store.finish(mine(late), closing("late"))
        assert await store.finish(mine(after, 2), closing())
        read = await shelf.read(OWNER, NAME)
        assert read is not None
        assert [(turn.state, turn.answer) for turn in read[1]] == [
            (TurnState.BROKEN, closing("late").answer),
            (TurnState.ANSWERED, closing().answer),
        ]

    async def test_only_its_request_ends_a_turn_and_once(self, store: SessionStore) -> None:
        """Another's end, and a second one, change nothing."""
        begun = is_begun(await store.begin(OWNER, NAME, opening()))
        assert not await store.finish(mine(begun, 9), closing("not mine"))
        assert await store.finish(mine(begun), closing())
        assert not await store.finish(mine(begun), closing("again"))
        assert is_begun(await store.begin(OWNER, NAME, opening(2))).turns[0].answer == closing().answer

    async def test_a_broken_end_leaves_it_out(self, store: SessionStore) -> None:
        """A turn that ends without an answer is not in the history, and the next may begin at once."""
        begun = is_begun(await store.begin(OWNER, NAME, opening()))
        assert await store.finish(mine(begun), Closing(TurnState.BROKEN, NOW_US))
        again = is_begun(await store.begin(OWNER, NAME, opening(2)))
        assert (again.number, again.turns) == (2, ())

    async def test_a_question_grows(self, store: SessionStore) -> None:
        """With calls of tools the question of a turn grows while it is under way, and not after."""
        begun = is_begun(await store.begin(OWNER, NAME, opening()))
        longer = opening().question + b"," + opening(1, "and more").question
        assert await store.grow(mine(begun), longer)
        assert not await store.grow(mine(begun, 9), b"{}")
        await store.finish(mine(begun), closing())
        assert not await store.grow(mine(begun), b"{}")
        assert is_begun(await store.begin(OWNER, NAME, opening(2))).turns[0].question == longer

    async def test_dropped_turns_stay_in_the_store(self, store: SessionStore, shelf: SessionShelf) -> None:
        """They are left out of the history and marked; a summary stands for them, and stays when more are dropped without one."""
        for number in (1, 2, 3):
            await said(store, number)
        await store.drop("sess_1", 1, b'{"role":"user","content":"sum"}')
        await store.drop("sess_1", 2, None)
        begun = is_begun(await store.begin(OWNER, NAME, opening(4)))
        assert (begun.session.summary, [turn.number for turn in begun.turns]) == (b'{"role":"user","content":"sum"}', [3])
        read = await shelf.read(OWNER, NAME)
        assert read is not None
        assert [turn.dropped for turn in read[1]] == [True, True, False, False]

    async def test_large_turns_come_back(self, store: SessionStore) -> None:
        """Half a megabyte of question and answer comes back byte for byte; what no text column takes does not hinder it."""
        text = "长" * 200_000 + "\\u0000\\ud800"
        await said(store, 1, text, text)
        turn = is_begun(await store.begin(OWNER, NAME, opening(2))).turns[0]
        assert (turn.question, turn.answer) == (opening(1, text).question, closing(text).answer)
