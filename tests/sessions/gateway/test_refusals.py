"""What a request of a session is refused for, what a store that is away costs, and what a repeat gets."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

import msgspec
import pytest

from tests.exchange.callers import ask, caller, request
from tests.exchange.house import MINE, Setting
from tests.exchange.scripted import Call, answers, plain, until, upstream
from tests.idempotency.doubles import MemoryRepeatStore, no_pause
from tests.sessions.gateway.home import ANSWER, KEY, STREAM, home, says, speaking, turn, user
from yumen.clock import Clock
from yumen.errors import NotFound
from yumen.exchange import Exchange, Outcome
from yumen.http import ByteBudget
from yumen.idempotency import AttachOptions, Keeping, KeepOptions, Repeats, Room
from yumen.sessions.stage import RecallOptions
from yumen.storage import Database
from yumen.storage.compartments import One

HELD = b"".join((user("1"), b",", ANSWER))
OLD = b'{"model":"claude-2","prompt":"\\n\\nHuman: a\\n\\nAssistant:","max_tokens_to_sample":9}'
NAMED = (b"X-Yumen-Session", b"one")


@pytest.mark.parametrize(
    "data",
    [
        request(b"GET", b"/v1/models", KEY, NAMED),
        request(b"POST", b"/v1/messages/batches", KEY, NAMED, body=b'{"requests":[]}'),
        request(b"POST", b"/v1/chat/completions", KEY, NAMED, body=says(user("1"))),
        request(b"POST", b"/v1/complete", KEY, NAMED, (b"anthropic-version", b"2023-06-01"), body=OLD),
        turn(user("1"), name=b""),
        turn(user("1"), name=b"a/b"),
        turn(user("1"), name=b"x" * 129),
        turn(user("1"), name="客户".encode()),
        turn(user("1"), (b"X-Yumen-Session", b"two")),
        turn(user("1"), (b"X-Yumen-Session-Full", b"forget")),
        request(b"POST", b"/v1/messages", KEY, NAMED, body=b'{"model":"m","max_tokens":1}'),
        request(b"POST", b"/v1/messages", KEY, NAMED, body=b'{"messages":"x"}'),
    ],
)  # fmt: skip
async def test_what_is_no_turn_is_refused_in_a_sentence(tmp_path: Path, database: Database, data: bytes) -> None:
    """Other endpoints, names that will not do, two names, and requests without messages: 400, nothing is sent, nothing is stored."""
    async with upstream(speaking()) as up, home(up, tmp_path, database) as one:
        answer = await ask(one.port, data)
        answer.claims(400, "invalid_request_error")
        assert answer.header(b"x-should-retry") == b"false"
        assert (up.calls, one.store.calls) == ([], [])


async def test_a_gateway_may_store_nothing(tmp_path: Path, database: Database) -> None:
    """Where the operator keeps no conversations, the header is refused rather than passed over."""
    async with upstream(speaking()) as up, home(up, tmp_path, database, RecallOptions(keeps=False)) as one:
        answer = await one.say("1")
        answer.claims(400, "invalid_request_error")
        assert "keep_days" in answer.json["error"]["message"]


async def test_counting_recalls_and_is_no_turn(tmp_path: Path, database: Database) -> None:
    """count_tokens counts the whole conversation, even while a turn is under way, and leaves it as it is."""
    async with upstream(speaking()) as up, home(up, tmp_path, database, RecallOptions()) as one:
        count = turn(user("2"), path=b"/count_tokens")
        await ask(one.port, count)
        assert up.last.body == says(user("2"))
        await one.say("1", more=b'"system":"s",')
        await ask(one.port, count)
        assert up.last.body == says(HELD + b"," + user("2")).replace(b"{", b'{"system":"s",', 1)
        assert await one.states() == ["answered"]


async def test_what_the_whole_conversation_names_is_looked_at(tmp_path: Path, database: Database) -> None:
    """The owner of what stands in the history is asked again: a file that is no longer the caller's is not sent."""
    seen: list[bytes] = []

    async def own(exchange: Exchange) -> None:
        seen.append(exchange.body or b"")
        if b"file_gone" in seen[-1] and len(seen) > 1:
            raise NotFound

    async with upstream(speaking()) as up, home(up, tmp_path, database) as one:
        one.house.edge._stages.recall._own = own  # type: ignore[attr-defined]
        await one.say("file_gone")
        assert (await one.say("2")).status == 404
        assert len(up.calls) == 1
        assert await one.states() == ["answered"]


# ── room ────────────────────────────────────────────────────────────────────


@pytest.fixture
def small_window(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let every model have a window of few tokens; the estimate of a character here is a third of one, or so."""
    monkeypatch.setattr("yumen.sessions.stage.window_of", lambda _: 700)


@pytest.mark.usefixtures("small_window")
async def test_a_full_conversation_refuses_with_its_count(tmp_path: Path, database: Database) -> None:
    """By default the turn is refused in Claude's wording, with the tokens; nothing of it stays, and the rest is as it was."""
    async with upstream(speaking()) as up, home(up, tmp_path, database) as one:
        assert (await one.say("word " * 150)).status == 200
        answer = await one.say("word " * 600)
        answer.claims(400, "invalid_request_error")
        said = answer.json["error"]["message"]
        assert said.startswith("prompt is too long: ")
        assert 700 < int(said.split()[4]) < 2_500
        assert "700 maximum" in said
        assert len(up.calls) == 1
        assert await one.states() == ["answered"]


@pytest.mark.usefixtures("small_window")
async def test_the_oldest_turns_are_dropped_where_the_caller_says_so(tmp_path: Path, database: Database) -> None:
    """Whole turns go, tool results with their calls; what is left stays the same for the turns that follow, and the store keeps all."""
    result = b'{"role":"user","content":[{"type":"tool_result","tool_use_id":"t","content":"%b"}]}' % (b"7 " * 50)
    async with upstream(speaking()) as up, home(up, tmp_path, database) as one:
        drop = (b"X-Yumen-Session-Full", b"drop")
        await one.say("one " * 200, drop)
        await ask(one.port, turn(result, drop))
        await one.say("three", drop)
        full = await one.say("four " * 200, drop)
        assert (full.status, full.header(b"x-yumen-session-turn")) == (200, b"4")
        assert up.last.body == says(user("three") + b"," + ANSWER + b"," + user("four " * 200))
        await one.say("five", drop)
        assert up.last.body.startswith(says(user("three") + b"," + ANSWER + b"," + user("four " * 200))[:-2])
        turns = (await one.stored())[1]
        assert [each.dropped for each in turns] == [True, True, False, False, False]
        assert turns[0].question == user("one " * 200)


@pytest.mark.usefixtures("small_window")
async def test_a_refused_turn_drops_nothing(tmp_path: Path, database: Database) -> None:
    """Turns that would have made room for it stay in the conversation where a limit, or Claude, refuses the turn in the end."""
    async with upstream(speaking()) as up, home(up, tmp_path, database) as one:
        await one.say("one " * 200)
        script, up.script = up.script, answers(plain(b'{"type":"error","error":{"type":"x","message":"no"}}', status=429))
        assert (await one.say("two " * 400, (b"X-Yumen-Session-Full", b"drop"))).status == 429
        assert [each.dropped for each in (await one.stored())[1]] == [False]
        up.script = script
        await one.say("three")
        assert up.last.body == says(user("one " * 200) + b"," + ANSWER + b"," + user("three"))


@pytest.mark.usefixtures("small_window")
async def test_the_operator_may_say_that_turns_are_dropped(tmp_path: Path, database: Database) -> None:
    """The setting holds where the caller says nothing, and a caller may still ask to be refused."""
    async with upstream(speaking()) as up, home(up, tmp_path, database, RecallOptions(cache=False, when_full="drop")) as one:
        await one.say("one " * 400)
        assert (await one.say("two " * 400, (b"x-yumen-session-full", b"refuse"))).status == 400
        assert (await one.say("two " * 400)).status == 200
        assert up.last.body == says(user("two " * 400))


async def test_a_conversation_beyond_the_bodys_limit_is_413(tmp_path: Path, database: Database) -> None:
    """What Claude would not take is refused here, with its size; where turns may be dropped, they make room."""
    async with upstream(speaking()) as up, home(up, tmp_path, database) as one:
        await one.say("x" * 1_200_000)
        answer = await one.say("y" * 1_200_000)
        answer.claims(413, "request_too_large")
        assert "with what its session holds" in answer.json["error"]["message"]
        assert (await one.say("y" * 1_200_000, (b"x-yumen-session-full", b"drop"))).status == 200
        assert up.last.body == says(user("y" * 1_200_000))


async def test_what_is_recalled_counts_in_the_budget(tmp_path: Path, database: Database) -> None:
    """Many long conversations cannot fill the memory: beyond the budget there is a 529, and all of it is given back."""
    async with upstream(speaking()) as up, home(up, tmp_path, database, setting=Setting(budget_bytes=200_000)) as one:
        await one.say("x" * 150_000)
        (await one.say("y" * 60_000)).claims(529, "overloaded_error")
        assert len(up.calls) == 1
        await one.quiet()


async def test_a_session_has_so_many_turns_and_no_more(tmp_path: Path, database: Database) -> None:
    """The next one is refused with the number."""
    async with upstream(speaking()) as up, home(up, tmp_path, database, RecallOptions(turns=2)) as one:
        for text in "12":
            assert (await one.say(text)).status == 200
        answer = await one.say("3")
        answer.claims(400, "invalid_request_error")
        assert "2 turns" in answer.json["error"]["message"]
        assert len(up.calls) == 2


# ── the store is away ───────────────────────────────────────────────────────


async def test_without_the_store_nothing_is_sent(tmp_path: Path, database: Database) -> None:
    """A turn whose conversation cannot be read is refused, to be tried again; the line is free."""
    async with upstream(speaking()) as up, home(up, tmp_path, database) as one:
        one.store.away.add("begin")
        answer = await one.say("1")
        answer.claims(529, "overloaded_error")
        assert answer.header(b"x-should-retry") == b"true"
        assert up.calls == []
        one.store.away.clear()
        assert (await one.say("1")).status == 200


async def test_what_cannot_be_stored_at_once_is_stored_later(tmp_path: Path, database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    """The caller waits for the store no longer than the time-out; the next turn waits until it has the answer before it."""
    monkeypatch.setattr(sys.modules["yumen.exchange.run"], "SETTLE_S", 0.02)
    async with upstream(speaking()) as up, home(up, tmp_path, database) as one:
        one.store.away.add("finish")
        assert (await one.say("1", more=STREAM)).status == 200
        second = asyncio.create_task(one.say("2"))
        await until(lambda: one.store.calls.count("finish") > 3, "some tries")
        assert one.store.calls.count("begin") == 1
        one.store.away.clear()
        assert (await second).status == 200
        assert up.last.body == says(HELD + b"," + user("2"))
        assert await one.states() == ["answered", "answered"]


async def test_the_last_bytes_wait_for_the_store(tmp_path: Path, database: Database) -> None:
    """Whoever has the whole answer finds it in the conversation: the end is withheld until it is stored."""
    async with upstream(speaking()) as up, home(up, tmp_path, database) as one, caller(one.port) as slow:
        one.store.away.add("finish")
        await slow.send(turn(user("1"), more=STREAM))
        answer = await slow.head()
        await until(lambda: one.store.calls.count("finish") > 3, "some tries")
        assert one.house.edge.open_exchanges == 1
        seen = b""
        while b"message_delta" not in seen:
            seen += await slow.chunk()
        assert b"message_stop" not in seen
        one.store.away.clear()
        assert b"message_stop" in (await slow.rest(answer)).body
        assert up.calls


async def test_the_end_waits_for_turns_that_are_not_stored(tmp_path: Path, database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    """At the gateway's end, what is still to be written is waited for within a time, and then given up to its lease."""
    monkeypatch.setattr(sys.modules["yumen.exchange.run"], "SETTLE_S", 0.02)
    async with upstream(speaking()) as up, home(up, tmp_path, database) as one:
        one.store.away.add("finish")
        await one.say("1")
        await one.remember.finish(0.02)
        assert one.remember.open == 0
        assert await one.states() == ["open"]
        assert up.calls


async def test_old_conversations_are_forgotten(tmp_path: Path, database: Database) -> None:
    """What was not used for the days that the operator keeps is deleted; what was used stays."""
    async with upstream(speaking()) as up, home(up, tmp_path, database) as one:
        await one.say("1")
        await one.quiet()
        assert not await one.remember.purge(1)
        assert await one.states() == ["answered"]
        await one.remember.purge(0)
        assert await one.shelf.read("wrkspc_mine", "one") is None
        assert up.calls


# ── repeats ─────────────────────────────────────────────────────────────────


async def test_a_repeat_is_no_second_turn(tmp_path: Path, database: Database) -> None:
    """By its idempotency key a turn gets the first one's answer, its session's headers too; the same key in another session is refused."""
    store = MemoryRepeatStore()
    keeping = Keeping(One(store), Clock(), KeepOptions(), no_pause)
    repeats = Repeats(keeping, Room(1_000_000, ByteBudget(1_000_000)), Clock(), AttachOptions(), no_pause)
    async with upstream(speaking()) as up, home(up, tmp_path, database) as one:
        edge = one.house.edge
        edge._stages = msgspec.structs.replace(edge._stages, attach=repeats.attach, closing=(*edge._stages.closing, repeats.close))
        key = (b"Idempotency-Key", b"k")
        first = await one.say("1", key)
        await keeping.settle()
        second = await one.say("1", key)
        assert (first.body, second.header(b"idempotent-replayed")) == (second.body, b"true")
        assert (second.header(b"x-yumen-session"), second.header(b"x-yumen-session-turn")) == (b"one", b"1")
        assert (await one.house.last(2)).outcome is Outcome.REPLAYED
        assert len(up.calls) == 1
        assert await one.states() == ["answered"]
        (await one.say("1", key, name=b"two")).claims(400, "invalid_request_error")


async def test_a_drained_answer_counts_only_where_it_can_be_asked_for(tmp_path: Path, database: Database) -> None:
    """An answer read on for the meter alone is nobody's: its turn does not count, so asking again doubles nothing."""
    go_on = asyncio.Event()

    async def script(call: Call) -> None:
        await go_on.wait()
        await speaking()(call)

    async def draining(exchange: Exchange) -> None:
        exchange.principal = msgspec.structs.replace(MINE, drain_s=0.0)

    async with upstream(script) as up, home(up, tmp_path, database, authenticate=lambda _: draining) as one:
        async with caller(one.port) as leaving:
            await leaving.send(turn(user("1")))
            await until(lambda: up.calls, "the upstream to be asked")
            leaving.leave()
            await until(lambda: any(each.caller_left for each in one.house.opened), "the leaving")
        go_on.set()
        assert (await one.house.last()).outcome is Outcome.DRAINED
        assert await one.states() == ["broken"]
