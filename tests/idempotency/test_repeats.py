"""What a repeated request gets: the answer of the first, live or kept; and what is never paid twice."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from itertools import pairwise
from pathlib import Path

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.claude.streams import answer_body, message
from tests.exchange.callers import PROMPT, STREAMED, ask, caller, request
from tests.exchange.house import MINE
from tests.exchange.scripted import END, STREAM_HEAD, Call, answers, chunk, hang, plain, streams, until, upstream
from tests.idempotency.doubles import KEY, PLAIN, STREAM, Choice, MemoryRepeatStore, asking, home, is_kept
from yumen.exchange import Exchange, Outcome
from yumen.idempotency import KeepOptions
from yumen.idempotency.store_sql import SqlRepeatStore
from yumen.storage import Database

ANSWER = answer_body()
EVENTS = message()
WHOLE = b"".join(EVENTS)


def by_key(_: object) -> Callable[[Exchange], Awaitable[None]]:
    """A stage that knows two keys of a workspace, and shows what each has left."""

    async def authenticate(exchange: Exchange) -> None:
        name = "apikey_1" if exchange.request.header(b"x-second") is None else "apikey_2"
        exchange.principal = msgspec.structs.replace(MINE, key_id=name)
        exchange.shown = [(b"x-yumen-left", f"of {name}".encode())]

    return authenticate


async def test_a_repeat_gets_the_kept_answer(tmp_path: Path) -> None:
    """The second gets status, headers and body of the first under its own id, marked as a replay; nothing is asked or charged again."""
    async with (
        upstream(answers(plain(ANSWER, (b"X-Other", b"kept"), (b"anthropic-ratelimit-x", b"1")))) as up,
        home(up, tmp_path, authenticate=by_key) as one,
    ):
        first = await ask(one.port, PLAIN)
        await is_kept(one)
        second = await ask(one.port, asking(b"once", PROMPT, (b"X-Second", b"1")))
        assert (first.status, first.body) == (second.status, second.body) == (200, ANSWER)
        assert first.header(b"idempotent-replayed") is None
        assert second.header(b"idempotent-replayed") == b"true"
        assert second.header(b"x-yumen-replay-of") == first.header(b"request-id") != second.header(b"request-id")
        assert second.header(b"x-other") == b"kept"
        assert (first.header(b"x-yumen-left"), second.header(b"x-yumen-left")) == (b"of apikey_1", b"of apikey_2")
        exchange = await one.house.last(2)
        assert (exchange.outcome, exchange.replay_of) == (Outcome.REPLAYED, one.store.only.request_id)
        assert (exchange.attempts, exchange.status) == ([], 200)
        assert len(up.calls) == 1
        await one.house.nothing_is_open()
        assert one.room.budget.held_bytes == 0


async def test_a_stream_is_given_again_as_a_stream(tmp_path: Path) -> None:
    """A kept stream comes again in chunks with every byte, pings included."""
    async with upstream(streams(*EVENTS)) as up, home(up, tmp_path) as one:
        first = await ask(one.port, STREAM)
        await is_kept(one)
        second = await ask(one.port, STREAM)
        assert first.body == second.body == WHOLE
        assert second.header(b"transfer-encoding") == b"chunked"
        assert len(up.calls) == 1


async def test_fifty_at_once_are_asked_once(tmp_path: Path, database: Database) -> None:
    """Of fifty identical requests at the same time one reaches the upstream, and all get its answer: on both databases."""
    go_on = asyncio.Event()

    async def script(call: Call) -> None:
        await go_on.wait()
        await call.send(plain(ANSWER))

    async with upstream(script) as up, home(up, tmp_path, store=SqlRepeatStore(database)) as one:
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(ask(one.port, PLAIN)) for _ in range(50)]
            await until(lambda: one.house.edge.open_exchanges == 50 and up.calls, "all to be there")
            go_on.set()
        assert {(each.result().status, each.result().body) for each in tasks} == {(200, ANSWER)}
        assert len(up.calls) == 1
        outcomes = [exchange.outcome for exchange in one.house.closed]
        assert sorted(filter(None, outcomes)) == [Outcome.ANSWERED] + [Outcome.REPLAYED] * 49
        await one.house.nothing_is_open()
        await until(lambda: one.room.budget.held_bytes == 0, "the room")


async def test_a_follower_sees_the_stream_while_it_comes(tmp_path: Path) -> None:
    """Who attaches in the middle gets everything from the start at once, and every further event as it comes."""
    go_on = asyncio.Event()

    async def script(call: Call) -> None:
        await call.send(STREAM_HEAD, *map(chunk, EVENTS[:3]))
        await go_on.wait()
        await call.send(*map(chunk, EVENTS[3:]), END)

    async with upstream(script) as up, home(up, tmp_path) as one, caller(one.port) as first, caller(one.port) as second:
        await first.send(STREAM)
        head = await first.head()
        seen = b""
        while seen != b"".join(EVENTS[:3]):
            seen += await first.chunk()
        await second.send(STREAM)
        other = await second.head()
        while other.body != seen:
            other.body += await second.chunk()
        go_on.set()
        await first.rest(head)
        await second.rest(other)
        assert (seen + head.body, other.body) == (WHOLE, WHOLE)
        assert len(up.calls) == 1


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(cuts=st.lists(st.integers(1, len(WHOLE) - 1), max_size=8), at=st.integers(0, 9))
async def test_whatever_the_pieces_the_bytes_are_the_same(tmp_path: Path, cuts: list[int], at: int) -> None:
    """However the upstream's stream is cut, and after whichever piece a follower comes, both get the same bytes."""
    edges = [0, *sorted(set(cuts)), len(WHOLE)]
    pieces = [WHOLE[one:two] for one, two in pairwise(edges)]
    at = min(at, len(pieces))
    go_on = asyncio.Event()

    async def script(call: Call) -> None:
        await call.send(STREAM_HEAD, *map(chunk, pieces[:at]))
        await go_on.wait()
        await call.send(*map(chunk, pieces[at:]), END)

    async with upstream(script) as up, home(up, tmp_path) as one, caller(one.port) as first, caller(one.port) as second:
        await first.send(STREAM)
        await until(lambda: up.calls, "the upstream")
        await second.send(STREAM)
        await until(lambda: any(each.followed for each in one.keeping.open.values()), "the follower")
        go_on.set()
        assert (await first.answer()).body == (await second.answer()).body == WHOLE


@pytest.mark.parametrize("same", [PROMPT, PROMPT + b" "])
async def test_another_body_is_refused(tmp_path: Path, same: bytes) -> None:
    """A key with a different body is a 400, while the first runs and afterwards; by one byte already."""
    async with upstream(hang) as up, home(up, tmp_path) as one, caller(one.port) as first:
        await first.send(asking(b"running", STREAMED))
        await until(lambda: up.calls, "the first")
        (await ask(one.port, asking(b"running", same))).claims(400, "invalid_request_error")
    async with upstream(answers(plain(ANSWER))) as up, home(up, tmp_path) as one:
        await ask(one.port, asking(b"ended", STREAMED))
        await is_kept(one)
        refused = await ask(one.port, asking(b"ended", same))
        refused.claims(400, "invalid_request_error")
        assert refused.header(b"x-should-retry") == b"false"
        assert len(up.calls) == 1


async def test_the_owner_is_the_workspace(tmp_path: Path) -> None:
    """The same key of another workspace, or of another endpoint, is another key."""
    async with upstream(answers(plain(ANSWER))) as up, home(up, tmp_path) as one:
        await ask(one.port, PLAIN)
        await is_kept(one)
        theirs = request(b"POST", b"/v1/messages", (b"x-api-key", b"yk-theirs"), (b"Idempotency-Key", b"once"), body=PROMPT)
        counted = asking(target=b"/v1/messages/count_tokens")
        for data in (theirs, counted):
            assert (await ask(one.port, data)).header(b"idempotent-replayed") is None
        assert len(up.calls) == 3


async def test_our_own_header_counts_and_stays_here(tmp_path: Path) -> None:
    """`x-yumen-idempotency-key` does the same and is not sent on; both with different keys are a 400."""
    own = request(b"POST", b"/v1/messages", KEY, (b"x-yumen-idempotency-key", b"once"), body=PROMPT)
    async with upstream(answers(plain(ANSWER))) as up, home(up, tmp_path) as one:
        await ask(one.port, own)
        await is_kept(one)
        assert up.last.header(b"x-yumen-idempotency-key") is None
        assert (await ask(one.port, PLAIN)).header(b"idempotent-replayed") == b"true"
        both = asking(b"once", PROMPT, (b"x-yumen-idempotency-key", b"twice"))
        (await ask(one.port, both)).claims(400, "invalid_request_error")
        (await ask(one.port, asking(b"with space"))).claims(400, "invalid_request_error")
        assert len(up.calls) == 1


async def test_a_body_that_is_piped_takes_no_key(tmp_path: Path) -> None:
    """A file is refused with a key in a clear sentence; a request without a body ignores it."""
    async with upstream(answers(plain(b"{}"))) as up, home(up, tmp_path) as one:
        refused = await ask(one.port, asking(b"once", b"file", target=b"/v1/files"))
        refused.claims(400, "invalid_request_error")
        assert "idempotency key" in refused.json["error"]["message"]
        got = await ask(one.port, request(b"GET", b"/v1/models", KEY, (b"Idempotency-Key", b"once")))
        assert got.status == 200
        assert one.store.calls == []
        assert len(up.calls) == 1


async def test_a_spooled_body_is_compared_too(tmp_path: Path) -> None:
    """A batch that is made again under its key is made once."""
    batch = b'{"requests":[]}'
    made = b'{"id":"msgbatch_1","type":"message_batch"}'
    async with upstream(answers(plain(made))) as up, home(up, tmp_path) as one:
        data = asking(b"batch", batch, target=b"/v1/messages/batches")
        first = await ask(one.port, data)
        await is_kept(one)
        assert (await ask(one.port, data)).body == first.body
        other = asking(b"batch", batch + b" ", target=b"/v1/messages/batches")
        (await ask(one.port, other)).claims(400, "invalid_request_error")
        assert len(up.calls) == 1


async def test_an_unreachable_store_refuses_keys_alone(tmp_path: Path) -> None:
    """Without the store a request with a key is a 529 that may be retried; one without is served, and asks the store nothing."""
    async with upstream(answers(plain(ANSWER))) as up, home(up, tmp_path) as one:
        one.store.away = True
        refused = await ask(one.port, PLAIN)
        refused.claims(529, "overloaded_error")
        assert refused.header(b"x-should-retry") == b"true"
        claims = one.store.calls.count("claim")
        assert (await ask(one.port, request(b"POST", b"/v1/messages", KEY, body=PROMPT))).status == 200
        assert one.store.calls.count("claim") == claims
        one.store.away = False
        assert (await ask(one.port, PLAIN)).status == 200
        assert len(up.calls) == 2


async def test_an_end_waits_for_the_store(tmp_path: Path) -> None:
    """A store that is away at the end gets the answer when it is back; until then repeats get it from memory."""
    async with upstream(answers(plain(ANSWER))) as up, home(up, tmp_path) as one:

        async def leave(_: str) -> None:
            one.store.away = True

        one.store.after = leave
        await ask(one.port, PLAIN)
        await until(lambda: "finish" in one.store.calls, "the attempt to write")
        assert (await ask(one.port, PLAIN)).body == ANSWER
        one.store.after, one.store.away = None, False
        await is_kept(one)
        assert len(up.calls) == 1


async def test_another_process_is_waited_for(tmp_path: Path) -> None:
    """Where another process serves the first, a repeat looks at the store until the answer is there, and replays it."""
    store = MemoryRepeatStore()
    go_on = asyncio.Event()

    async def script(call: Call) -> None:
        await go_on.wait()
        await call.send(plain(ANSWER))

    async with upstream(script) as up, home(up, tmp_path, store=store) as one, home(up, tmp_path, store=store) as two:
        async with asyncio.TaskGroup() as group:
            first = group.create_task(ask(one.port, PLAIN))
            await until(lambda: up.calls, "the upstream")
            second = group.create_task(ask(two.port, PLAIN))
            await until(lambda: store.calls.count("claim") > 3, "the looks at the store")
            go_on.set()
        assert first.result().body == second.result().body == ANSWER
        assert second.result().header(b"idempotent-replayed") == b"true"
        assert len(up.calls) == 1


async def test_patience_ends_the_wait(tmp_path: Path) -> None:
    """A caller of short patience is told in time to come again: 409 with `retry-after: 1`, to be retried."""
    store = MemoryRepeatStore()
    async with (
        upstream(hang) as up,
        home(up, tmp_path, store=store) as one,
        home(up, tmp_path, store=store) as two,
        caller(one.port) as first,
    ):
        await first.send(PLAIN)
        await until(lambda: up.calls, "the upstream")
        refused = await ask(two.port, asking(b"once", PROMPT, (b"x-stainless-timeout", b"1")))
        refused.claims(409, "conflict_error")
        assert (refused.header(b"retry-after"), refused.header(b"x-should-retry")) == (b"1", b"true")


async def test_a_process_that_died_may_have_been_charged(tmp_path: Path) -> None:
    """A request whose lease ran out is not sent again; a renewed lease is waited for."""
    store = MemoryRepeatStore()
    async with upstream(hang) as up, home(up, tmp_path, Choice(KeepOptions(lease_us=1)), store) as one:
        async with caller(one.port) as first:
            await first.send(PLAIN)
            await until(lambda: up.calls, "the upstream")
            async with home(up, tmp_path, store=store) as two:
                refused = await ask(two.port, PLAIN)
                refused.claims(409, "conflict_error")
                assert "process ended" in refused.json["error"]["message"]
                before_us = store.only.lease_until_us
                await one.keeping.renew()
                assert store.only.lease_until_us > before_us
        assert len(up.calls) == 1


async def test_what_is_kept_says_nothing_by_itself(tmp_path: Path) -> None:
    """Neither the key, nor the prompt, nor the answer stands in the row."""
    async with upstream(answers(plain(ANSWER))) as up, home(up, tmp_path) as one:
        await ask(one.port, asking(b"a-key-to-look-for"))
        await is_kept(one)
        row = repr(one.store.only).encode()
        for secret in (b"a-key-to-look-for", b"Hello", b"msg_", b"claude"):
            assert secret not in row


async def test_a_spoilt_answer_is_not_given(tmp_path: Path) -> None:
    """What does not open is a 409, never a wrong answer."""
    async with upstream(answers(plain(ANSWER))) as up, home(up, tmp_path) as one:
        await ask(one.port, PLAIN)
        await is_kept(one)
        row_id, row = next(iter(one.store.rows.items()))
        one.store.rows[row_id] = type(row)(**{name: getattr(row, name) for name in row.__struct_fields__} | {"sealed": b"x" * 99})
        (await ask(one.port, PLAIN)).claims(409, "conflict_error")
        assert len(up.calls) == 1
