"""The parts that decide: what a header says, what a turn's fate is, what fits, and who stands first in line."""

from __future__ import annotations

import asyncio

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from yumen.errors import InvalidRequest
from yumen.exchange import Outcome
from yumen.sessions import Turn, TurnState, TurnUsage
from yumen.sessions.fate import Fate, fate_of
from yumen.sessions.full import Room, Size, begins_anew, dropped, size_in_all, size_of, window_of
from yumen.sessions.header import session_named, when_full
from yumen.sessions.lines import Lines

UNCOUNTED = TurnUsage()
KEY = ("wrkspc_1", "one")
ASKED = b'{"role":"user","content":"' + b"word " * 20 + b'"}'
RESULT = b'{"role":"user","content":[{"type":"tool_result","tool_use_id":"t","content":"7"}]}'


@pytest.mark.parametrize("name", [b"a", b"customer-42", b"a.b:c@d+e_f", b"x" * 128])
def test_names_of_the_usual_forms_will_do(name: bytes) -> None:
    """Ids of customers, mail addresses and time stamps are names as they are; one that is said twice is one."""
    assert session_named([name, name]) == name.decode()


@pytest.mark.parametrize("values", [[b""], [b"-a"], [b"a b"], [b"a\n"], [b"\xc3\xa9"], [b"x" * 129], [b"a", b"b"]])
def test_other_names_are_refused(values: list[bytes]) -> None:
    """Nothing that a log, an address or a header could read otherwise."""
    with pytest.raises(InvalidRequest):
        session_named(values)


def test_a_request_says_what_happens_where_it_is_full() -> None:
    """Its word goes before the setting's."""
    assert when_full(None, "drop") == "drop"
    assert when_full(b"refuse", "drop") == "refuse"


@pytest.mark.parametrize(
    ("outcome", "status", "sent", "wanted", "fate"),
    [
        (Outcome.ANSWERED, 200, True, False, Fate.KEEP),
        (Outcome.DRAINED, 200, True, True, Fate.KEEP),
        (Outcome.DRAINED, 200, True, False, Fate.BREAK),
        (Outcome.TRUNCATED, 200, True, True, Fate.BREAK),
        (Outcome.CANCELLED, 200, True, False, Fate.BREAK),
        (Outcome.CANCELLED, 0, False, False, Fate.WITHDRAW),
        (Outcome.FAILED, 502, True, False, Fate.BREAK),
        (Outcome.FAILED, 502, False, False, Fate.WITHDRAW),
        (Outcome.REFUSED, 429, False, False, Fate.WITHDRAW),
        (Outcome.ERROR, 529, False, False, Fate.WITHDRAW),
    ],
)
def test_the_fate_of_a_turn(outcome: Outcome, status: int, *, sent: bool, wanted: bool, fate: Fate) -> None:
    """Only a whole answer that its caller has, or can ask for, counts; what cost nothing never was."""
    assert fate_of(outcome, status, sent=sent, wanted=wanted) is fate


def turns_of(questions: list[bytes], usage: TurnUsage = UNCOUNTED) -> list[Turn]:
    """Answered turns with those questions."""
    turn = Turn("sess_1", 0, "req_1", TurnState.ANSWERED, 0, 0, b"", b'{"role":"assistant","content":"yes"}', usage=usage)
    return [msgspec.structs.replace(turn, number=place, question=question) for place, question in enumerate(questions, 1)]


def test_claudes_own_count_goes_before_the_estimate() -> None:
    """What Claude said of the last prompt is exact; only what came after it is estimated."""
    turns = turns_of([ASKED], TurnUsage(input_tokens=5, output_tokens=7, cache_read_tokens=1000))
    assert size_in_all(Size(10, 100), turns, None).tokens == 10 + 5 + 7 + 1000
    assert size_in_all(Size(10, 100), turns_of([ASKED]), None).tokens == 10 + size_of(turns[0], None).tokens


def test_claudes_count_of_a_turn_with_its_own_tools_is_no_measure() -> None:
    """Where Claude searched, it counted the prompt once for each search: the estimate stands, and nothing is refused for its sake."""
    answer = b'{"role":"assistant","content":[{"type":"server_tool_use","id":"s"},{"type":"text","text":"yes"}]}'
    (turn,) = turns_of([ASKED], TurnUsage(input_tokens=900_000))
    searched = msgspec.structs.replace(turn, answer=answer)
    assert size_in_all(Size(10, 100), [searched], None).tokens == 10 + size_of(searched, None).tokens


@given(st.lists(st.sampled_from([ASKED, RESULT]), min_size=1, max_size=12), st.integers(0, 600), st.integers(20, 400))
def test_what_is_left_fits_and_begins_with_the_users_own_words(questions: list[bytes], own: int, room: int) -> None:
    """Dropping leaves whole turns that fit, never the result of a call that is gone; where nothing is enough, nothing is dropped."""
    turns = turns_of(questions)
    sizes = [size_of(turn, None).tokens for turn in turns]
    whole = Size(own + sum(sizes), 0)
    gone = dropped(whole, turns, Room(room, 1 << 30), None)
    if gone == 0:
        assert own > room
        return
    assert own + sum(sizes[gone:]) <= room
    assert gone == len(turns) or begins_anew(turns[gone].question)


def test_dropping_leaves_room_for_the_turns_that_follow() -> None:
    """A quarter is free afterwards, so that the next turns find the same beginning in Claude's cache."""
    turns = turns_of([ASKED] * 40)
    each = size_of(turns[0], None).tokens
    gone = dropped(Size(each * 41, 0), turns, Room(each * 40, 1 << 30), None)
    assert gone == 11


def test_the_windows_of_models() -> None:
    """A smaller model's is its own; a name that nobody knows has the usual one."""
    assert (window_of("claude-haiku-4-5"), window_of("claude-sonnet-5-5"), window_of("unheard-of")) == (200_000, 1_000_000, 1_000_000)


@pytest.mark.parametrize("question", [b"", b"x", b"1", RESULT, b'{"role":"assistant","content":"x"}', b'{"role":"system","content":"x"}'])
def test_what_does_not_stand_by_itself(question: bytes) -> None:
    """A history begins with none of these."""
    assert not begins_anew(question)


async def test_the_line_is_first_come_first_served() -> None:
    """Each waits for all before it; the last one leaves no line behind."""
    lines, seen = Lines(), []

    async def one(number: int) -> None:
        assert await lines.enter(KEY, 60)
        await asyncio.sleep(0)
        seen.append(number)
        lines.leave(KEY)

    await asyncio.gather(*(one(number) for number in range(20)))
    assert seen == list(range(20))
    assert len(lines) == 0


async def test_other_sessions_do_not_wait() -> None:
    """A line is one owner's and one session's."""
    lines = Lines()
    assert await lines.enter(KEY, 0)
    assert await lines.enter(("wrkspc_2", "one"), 0)
    assert await lines.enter(("wrkspc_1", "two"), 0)
    assert not await lines.enter(KEY, 0)


@given(st.lists(st.sampled_from(["enter", "leave", "cancel", "both"]), max_size=30))
async def test_whoever_gives_up_leaves_the_line_to_others(steps: list[str]) -> None:
    """Cancelled while waiting, or in the very moment of its turn: the line goes on, and at the end nobody is left in it."""
    lines, tasks, inside = Lines(), [], asyncio.Queue[asyncio.Event]()

    async def one() -> None:
        assert await lines.enter(KEY, 60)
        done = asyncio.Event()
        inside.put_nowait(done)
        try:
            await done.wait()
        finally:
            lines.leave(KEY)

    for step in steps:
        if step == "enter":
            tasks.append(asyncio.create_task(one()))
            await asyncio.sleep(0)
        if step in ("leave", "both") and not inside.empty():
            inside.get_nowait().set()
            await asyncio.sleep(0)
        if step in ("cancel", "both") and tasks:
            tasks.pop().cancel()
        if step != "both":
            await asyncio.sleep(0)
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    await asyncio.sleep(0)
    async with asyncio.timeout(5):
        assert await lines.enter(KEY, 5)
    lines.leave(KEY)
    assert len(lines) == 0
