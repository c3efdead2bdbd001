"""A caller that names its session sends only what is new, and gets the whole conversation's answer."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest

from tests.claude.streams import STOP, answer_body, block, message, message_delta, sse, start
from tests.exchange.callers import ask, caller, request
from tests.exchange.house import Setting
from tests.exchange.scripted import END, STREAM_HEAD, Call, answers, chunk, plain, streams, until, upstream
from tests.sessions.gateway.home import ANSWER, KEY, OTHERS, STREAM, home, says, speaking, turn, user
from yumen.errors import RateLimited
from yumen.exchange import Exchange
from yumen.sessions import Mine, Opening
from yumen.sessions.stage import RecallOptions
from yumen.storage import Database
from yumen.upstream import RetryOptions

HELD = b"".join((user("1"), b",", ANSWER))


@pytest.mark.parametrize("more", [b"", STREAM], ids=["plain", "stream"])
async def test_each_turn_begins_with_the_very_bytes_of_all_before_it(tmp_path: Path, both: Database, more: bytes) -> None:
    """Over both databases, plain and streamed: the upstream sees the stored bytes, then the caller's own, and no header of ours."""
    async with upstream(speaking()) as up, home(up, tmp_path, both) as one:
        given = [await one.say(text, more=more) for text in ("1", "2", "3")]
        assert [each.status for each in given] == [200] * 3
        assert [each.header(b"x-yumen-session-turn") for each in given] == [b"1", b"2", b"3"]
        assert {each.header(b"x-yumen-session") for each in given} == {b"one"}
        second, third = HELD + b"," + user("2"), HELD + b"," + user("2") + b"," + ANSWER + b"," + user("3")
        assert [call.body for call in up.calls] == [says(user("1"), more), says(second, more), says(third, more)]
        assert not any(name.lower().startswith(b"x-yumen") for call in up.calls for name, _ in call.headers)
        assert await one.states() == ["answered"] * 3
        turns = (await one.stored())[1]
        assert [each.answer for each in turns] == [ANSWER] * 3
        assert [each.usage.output_tokens for each in turns] == [15] * 3
        assert {each.model for each in turns} == {"claude-opus-4-6"}


async def test_the_answer_itself_passes_byte_for_byte(tmp_path: Path, database: Database) -> None:
    """What is heard for the store changes nothing: pings and unknown fields are the caller's."""
    stream = b"".join(message())
    async with upstream(streams(*message())) as up, home(up, tmp_path, database) as one:
        assert (await one.say("1", more=STREAM)).body == stream


async def test_without_the_header_nothing_is_asked_of_the_store(tmp_path: Path, database: Database) -> None:
    """A request by itself reaches neither the stage nor the database."""
    async with upstream(speaking()) as up, home(up, tmp_path, database) as one:
        answer = await ask(one.port, request(b"POST", b"/v1/messages", KEY, body=says(user("1"))))
        assert (answer.status, up.last.body, one.store.calls) == (200, says(user("1")), [])
        assert answer.header(b"x-yumen-session") is None
        assert (await one.house.last()).turn is None


async def test_another_owners_session_is_another_session(tmp_path: Path, database: Database) -> None:
    """The same id in two workspaces: neither sees a word of the other's, nor waits for it."""
    async with upstream(speaking(b"for me", b"for them", b"again")) as up, home(up, tmp_path, database) as one:
        await one.say("my secret")
        theirs = await one.say("who am I?", key=OTHERS)
        assert (theirs.header(b"x-yumen-session-turn"), up.last.body) == (b"1", says(user("who am I?")))
        await one.say("go on")
        assert b"my secret" in up.last.body
        assert b"who am I" not in up.last.body


async def test_tools_and_system_are_filled_in_where_there_are_none(tmp_path: Path, database: Database) -> None:
    """What the session began with stands until a request brings its own; its bytes are as they were sent."""
    async with upstream(speaking()) as up, home(up, tmp_path, database) as one:
        await one.say("1", more=b'"system": "be  kind","tools":[ ],')
        await one.say("2")
        assert up.last.body == says(HELD + b"," + user("2")).replace(b"{", b'{"system":"be  kind","tools":[ ],', 1)
        await one.say("3", more=b'"system":"be brief",')
        assert up.last.body.startswith(b'{"tools":[ ],"model"')
        await one.say("4")
        assert up.last.body.startswith(b'{"system":"be brief","tools":[ ],')


async def test_an_answer_goes_back_with_its_thinking_and_its_tool_call(tmp_path: Path, database: Database) -> None:
    """A streamed tool call and the seal of its thinking are stored whole, and stand before the tool's result."""
    thinking = [
        sse("content_block_start", index=0, content_block={"type": "thinking", "thinking": "", "signature": ""}),
        sse("content_block_delta", index=0, delta={"type": "thinking_delta", "thinking": "Hm"}),
        sse("content_block_delta", index=0, delta={"type": "signature_delta", "signature": "EqQ="}),
    ]
    call = [
        sse("content_block_start", index=1, content_block={"type": "tool_use", "id": "toolu_1", "name": "look", "input": {}}),
        sse("content_block_delta", index=1, delta={"type": "input_json_delta", "partial_json": '{"a" :'}),
        sse("content_block_delta", index=1, delta={"type": "input_json_delta", "partial_json": " 1}"}),
    ]
    result = b'{"role":"user","content":[{"type":"tool_result","tool_use_id":"toolu_1","content":"7"}]}'
    async with upstream(streams(start(), *thinking, *call, message_delta("tool_use"), STOP)) as up, home(up, tmp_path, database) as one:
        await one.say("1", more=STREAM)
        await ask(one.port, turn(result, more=STREAM))
        back = json.loads(up.last.body)["messages"]
        assert back[1] == {
            "role": "assistant",
            "content": [
                {"type": "thinking", "thinking": "Hm", "signature": "EqQ="},
                {"type": "tool_use", "id": "toolu_1", "name": "look", "input": {"a": 1}},
            ],
        }
        assert b'"input":{"a" : 1}' in up.last.body
        assert back[2]["content"][0]["tool_use_id"] == "toolu_1"


async def test_a_turn_without_words_goes_on_from_the_answer(tmp_path: Path, database: Database) -> None:
    """Empty `messages` send the conversation as it stands: how an answer that paused is gone on with."""
    async with upstream(speaking()) as up, home(up, tmp_path, database) as one:
        await one.say("1")
        assert (await ask(one.port, turn(b""))).status == 200
        assert up.last.body == says(HELD)


# ── the prompt cache ────────────────────────────────────────────────────────


async def test_the_prompt_is_marked_for_the_cache_once(tmp_path: Path, database: Database) -> None:
    """The gateway's mark stands where the request has none; marks of earlier turns are not sent again, so four are never passed."""
    marked = b'{"role":"user","content":[{"type":"text","text":"1","cache_control":{"type":"ephemeral"}}]}'
    async with upstream(speaking()) as up, home(up, tmp_path, database, RecallOptions()) as one:
        for _ in range(6):
            await ask(one.port, turn(marked))
            assert up.last.body.count(b"cache_control") == 1
        await one.say("2")
        assert up.last.body.count(b"cache_control") == 1
        assert up.last.body.startswith(b'{"cache_control":{"type":"ephemeral"},"model"')
        assert b'{"role":"user","content":[{"type":"text","text":"1"}]},{"role":"assistant"' in up.last.body


# ── what ends a turn ────────────────────────────────────────────────────────


@pytest.mark.parametrize("status", [400, 401, 404, 413, 429, 500, 529])
async def test_a_turn_that_the_upstream_refuses_never_was(tmp_path: Path, database: Database, status: int) -> None:
    """An error answer costs nothing and leaves nothing: not even the session, if it was its first turn."""
    error = b'{"type":"error","error":{"type":"x","message":"no"}}'
    async with upstream(answers(plain(error, status=status))) as up, home(up, tmp_path, database) as one:
        assert (await one.say("1")).status == status
        await one.quiet()
        assert await one.shelf.read("wrkspc_mine", "one") is None
        up.script = speaking()
        await one.say("1")
        up.script = answers(plain(error, status=status))
        await one.say("2")
        assert await one.states() == ["answered"]


async def test_a_refused_turn_changes_nothing_of_its_session(tmp_path: Path, database: Database) -> None:
    """A system prompt or a tool that Claude refuses is not filled in afterwards: the conversation goes on as it stood."""
    error = b'{"type":"error","error":{"type":"invalid_request_error","message":"tools: no"}}'
    async with upstream(speaking()) as up, home(up, tmp_path, database) as one:
        await one.say("1", more=b'"system":"good",')
        up.script = answers(plain(error, status=400))
        await one.say("2", more=b'"system":"bad","tools":[{"wrong":1}],')
        up.script = speaking()
        await one.say("3")
        assert up.last.body == says(HELD + b"," + user("3")).replace(b"{", b'{"system":"good",', 1)


async def test_a_turn_that_the_limits_refuse_never_was(tmp_path: Path, database: Database) -> None:
    """A refusal between recalling and sending leaves no trace, and says the session all the same."""

    async def full(_: Exchange) -> None:
        raise RateLimited(retry_after_s=3)

    async with upstream(speaking()) as up, home(up, tmp_path, database, admit=lambda _: full) as one:
        answer = await one.say("1")
        assert (answer.status, answer.header(b"x-yumen-session")) == (429, b"one")
        await one.quiet()
        assert await one.shelf.read("wrkspc_mine", "one") is None


@pytest.mark.parametrize("then", ["cut", "close", "end"])
async def test_a_broken_stream_is_kept_and_does_not_count(tmp_path: Path, database: Database, then: str) -> None:
    """An answer without its end is no part of the conversation; the next turn goes on from the last whole one."""
    async with upstream(speaking()) as up, home(up, tmp_path, database) as one:
        await one.say("1")
        up.script = streams(*message()[:-2], then=then)
        await one.say("2", more=STREAM)
        up.script = speaking()
        answer = await one.say("3")
        assert (answer.status, up.last.body) == (200, says(HELD + b"," + user("3")))
        assert await one.states() == ["answered", "broken", "answered"]


async def test_a_caller_that_leaves_takes_its_turn_along(tmp_path: Path, database: Database) -> None:
    """Who has not seen the answer asks again: what was asked and cut off is kept, and does not count."""
    async with upstream(streams(*message()[:4], then="hold")) as up, home(up, tmp_path, database) as one:
        async with caller(one.port) as leaving:
            await leaving.send(turn(user("1"), more=STREAM))
            await leaving.head()
            leaving.leave()
            await until(lambda: up.last.left, "the upstream to learn of it")
        assert await one.states() == ["broken"]
        up.script = speaking()
        await one.say("1")
        assert up.last.body == says(user("1"))


@pytest.mark.parametrize(
    ("stream", "said"),
    [
        ([start(), *block(), message_delta("refusal"), STOP], "refused"),
        ([start(), message_delta(), STOP], "nothing in it"),
        ([start(), sse("content_block_delta", index=0, delta={"type": "new_delta"}), message_delta(), STOP], "form"),
    ],
    ids=["refusal", "nothing", "unknown"],
)
async def test_an_answer_that_cannot_be_sent_back_does_not_count(
    tmp_path: Path, database: Database, caplog: pytest.LogCaptureFixture, stream: list[bytes], said: str
) -> None:
    """The caller gets it as it is; the turn is kept as broken, and the log says why."""
    async with upstream(streams(*stream)) as up, home(up, tmp_path, database) as one:
        answer = await one.say("1", more=STREAM)
        assert (answer.status, answer.body) == (200, b"".join(stream))
        assert await one.states() == ["broken"]
        assert said in caplog.text


async def test_a_compressed_answer_is_an_error_rather_than_a_gap(tmp_path: Path, database: Database) -> None:
    """What cannot be read here cannot be remembered, so it is not given as if it were."""
    async with upstream(answers(plain(answer_body(), (b"Content-Encoding", b"br")))) as up, home(up, tmp_path, database) as one:
        (await one.say("1")).claims(502, "api_error")
        assert await one.states() == ["broken"]


async def test_another_attempt_is_the_same_turn(tmp_path: Path, database: Database) -> None:
    """A retry sends the same bytes, and the session has one turn of it."""
    busy = plain(b'{"type":"error","error":{"type":"overloaded_error","message":"Overloaded"}}', status=529)
    async with upstream(speaking()) as up, home(up, tmp_path, database, setting=Setting(retry=RetryOptions(attempts=2))) as one:
        await one.say("1")

        async def once(call: Call) -> None:
            up.script = speaking()
            await call.send(busy)

        up.script = once
        assert (await one.say("2")).status == 200
        assert up.calls[1].body == up.calls[2].body == says(HELD + b"," + user("2"))
        assert await one.states() == ["answered", "answered"]


# ── turns at the same time ──────────────────────────────────────────────────


async def test_turns_at_once_are_ordered_and_none_is_lost(tmp_path: Path, both: Database) -> None:
    """Eight at the same moment: each has all that came before it in its prompt, and all are stored."""
    async with upstream(speaking()) as up, home(up, tmp_path, both) as one:
        given = await asyncio.gather(*(one.say(str(number), more=STREAM if number % 2 else b"") for number in range(8)))
        assert {each.status for each in given} == {200}
        assert sorted(int(each.header(b"x-yumen-session-turn") or 0) for each in given) == list(range(1, 9))
        lengths = [len(json.loads(call.body)["messages"]) for call in up.calls]
        assert lengths == [1, 3, 5, 7, 9, 11, 13, 15]
        assert await one.states() == ["answered"] * 8


async def test_a_turn_waits_for_the_one_before_within_its_callers_patience(tmp_path: Path, database: Database) -> None:
    """Where the other takes longer, there is a 409 that may be retried; nothing was sent."""
    go_on = asyncio.Event()

    async def script(call: Call) -> None:
        await call.send(STREAM_HEAD, *map(chunk, message()[:3]))
        await go_on.wait()
        await call.send(*map(chunk, message()[3:]), END)

    async with upstream(script) as up, home(up, tmp_path, database) as one, caller(one.port) as first:
        await first.send(turn(user("1"), more=STREAM))
        head = await first.head()
        waiting = await one.say("2", (b"x-stainless-timeout", b"1.05"))
        waiting.claims(409, "conflict_error")
        assert (waiting.header(b"x-should-retry"), waiting.header(b"retry-after")) == (b"true", b"1")
        assert len(up.calls) == 1
        go_on.set()
        assert b"message_stop" in (await first.rest(head)).body
        assert await one.states() == ["answered"]


async def test_another_processs_turn_is_waited_for(tmp_path: Path, database: Database) -> None:
    """A live lease of elsewhere holds the turn up until it is over; a dead one is broken, and the conversation goes on."""
    async with upstream(speaking()) as up, home(up, tmp_path, database) as one:
        await one.say("1")
        clock = one.remember._clock
        now_us = clock.now_us()
        opening = Opening("sess_x", "req_elsewhere", user("lost"), now_us, now_us + 60_000_000)
        begun = await one.store.begin("wrkspc_mine", "one", opening)
        waiting = asyncio.create_task(one.say("2"))
        await until(lambda: one.pauses, "the second to wait")
        await one.store.renew([Mine(begun.session.id, begun.number, "req_elsewhere")], 1)  # as if it had died a minute ago
        answer = await waiting
        assert (answer.status, answer.header(b"x-yumen-session-turn")) == (200, b"3")
        assert up.last.body == says(HELD + b"," + user("2"))
        assert (await one.house.last(2)).session_wait_us > 0
        assert await one.states() == ["answered", "broken", "answered"]


async def test_the_lease_of_a_long_answer_is_renewed(tmp_path: Path, database: Database) -> None:
    """As long as the answer comes, nobody takes the turn for dead."""
    async with upstream(streams(*message()[:4], then="hold")) as up, home(up, tmp_path, database) as one:
        async with caller(one.port) as slow:
            await slow.send(turn(user("1"), more=STREAM))
            await slow.head()
            (before,) = (await one.shelf.read("wrkspc_mine", "one") or ((), ()))[1]
            await one.remember.renew()
            (after,) = (await one.shelf.read("wrkspc_mine", "one") or ((), ()))[1]
            assert after.lease_until_us > before.lease_until_us
        assert up.calls


async def test_those_who_leave_the_line_leave_no_trace(tmp_path: Path, database: Database) -> None:
    """A caller that goes while it waits makes room: the next one has its turn."""
    go_on = asyncio.Event()

    async def script(call: Call) -> None:
        await go_on.wait()
        await speaking()(call)

    async with upstream(script) as up, home(up, tmp_path, database) as one:
        first = asyncio.create_task(one.say("1"))
        await until(lambda: up.calls, "the first")
        async with caller(one.port) as waiting:
            await waiting.send(turn(user("gone")))
            await until(lambda: one.house.edge.open_exchanges == 2, "the second")
            last = asyncio.create_task(one.say("3"))
            await until(lambda: one.house.edge.open_exchanges == 3, "the third")
            waiting.leave()
            await until(lambda: one.house.edge.open_exchanges == 2, "its leaving")
        go_on.set()
        await asyncio.gather(first, last)
        assert b"gone" not in up.last.body
        assert await one.states() == ["answered"] * 2


async def test_a_caller_that_leaves_while_its_turn_opens_holds_nobody_up(tmp_path: Path, database: Database) -> None:
    """It goes in the very moment in which its turn is written: the turn is taken back at once, not when its lease is over."""
    begun, go_on = asyncio.Event(), asyncio.Event()

    async with upstream(speaking()) as up, home(up, tmp_path, database) as one:
        begin = one.store.begin

        async def slow(*arguments: Any) -> Any:  # noqa: ANN401  (as the store)
            found = await begin(*arguments)
            begun.set()
            await go_on.wait()
            return found

        vars(one.store)["begin"] = slow
        async with caller(one.port) as leaving:
            await leaving.send(turn(user("gone")))
            await begun.wait()
            leaving.leave()
            await until(lambda: one.house.edge.open_exchanges == 0, "its leaving")
        go_on.set()
        answer = await one.say("2", (b"x-stainless-timeout", b"5"))
        assert (answer.status, answer.header(b"x-yumen-session-turn")) == (200, b"1")
        assert await one.states() == ["answered"]
