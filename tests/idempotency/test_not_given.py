"""What a repeated request does not get: another key's rights, a broken answer, an error, what is not kept."""

from __future__ import annotations

import asyncio
from pathlib import Path

import msgspec
import pytest

from tests.claude.streams import answer_body, message, start
from tests.exchange.callers import STREAMED, ask, caller
from tests.exchange.house import MINE
from tests.exchange.scripted import END, STREAM_HEAD, Call, answers, chunk, plain, streams, until, upstream
from tests.idempotency.doubles import PLAIN, STREAM, Choice, asking, home, is_kept
from yumen.exchange import Candidate, Exchange, Outcome
from yumen.idempotency import KeepOptions, Reason, State
from yumen.keys import restrict
from yumen.keys.restrictions import OnlyModels

ANSWER = answer_body()
EVENTS = message()
WHOLE = b"".join(EVENTS)


async def test_a_key_gets_only_what_it_may_ask_for(tmp_path: Path) -> None:
    """A repeat by a key of the same workspace that may not ask for the model is refused, while the first runs and afterwards."""
    go_on = asyncio.Event()

    async def script(call: Call) -> None:
        await call.send(STREAM_HEAD, chunk(EVENTS[0]))
        await go_on.wait()
        await call.send(*map(chunk, EVENTS[1:]), b"0\r\n\r\n")

    async def authenticate(exchange: Exchange) -> None:
        narrow = exchange.request.header(b"x-narrow") is not None
        exchange.principal = msgspec.structs.replace(MINE, restrictions=(OnlyModels(("another",)),) if narrow else ())

    changes = {"authenticate": lambda _: authenticate, "restrict": lambda _: restrict}
    narrow = asking(b"once", STREAMED, (b"X-Narrow", b"1"))
    async with upstream(script) as up, home(up, tmp_path, **changes) as one, caller(one.port) as first:
        await first.send(STREAM)
        await until(lambda: up.calls, "the upstream")
        (await ask(one.port, narrow)).claims(403, "permission_error")
        assert not any(each.followed for each in one.keeping.open.values())
        go_on.set()
        assert (await first.answer()).body == WHOLE
        await is_kept(one)
        (await ask(one.port, narrow)).claims(403, "permission_error")
        assert (await ask(one.port, STREAM)).body == WHOLE
        assert len(up.calls) == 1
        assert [each.outcome for each in one.house.closed].count(Outcome.REFUSED) == 2


@pytest.mark.parametrize("keeps_content", [False, True])
async def test_an_isolated_organizations_answer_is_stored_only_where_it_lets_content_be(tmp_path: Path, *, keeps_content: bool) -> None:
    """Who repeats while it is under way gets it; nobody later, and nothing is charged twice: the refusal says why."""
    go_on = asyncio.Event()

    async def script(call: Call) -> None:
        await call.send(STREAM_HEAD, chunk(EVENTS[0]))
        await go_on.wait()
        await call.send(*map(chunk, EVENTS[1:]), b"0\r\n\r\n")

    async def authenticate(exchange: Exchange) -> None:
        exchange.principal = msgspec.structs.replace(MINE, isolated=True, keeps_content=keeps_content)

    async def resolve(exchange: Exchange) -> None:
        exchange.candidates = (Candidate("default", exchange.view.model),)  # as if the upstream were its own

    changes = {"authenticate": lambda _: authenticate, "resolve": lambda _: resolve}
    async with upstream(script) as up, home(up, tmp_path, **changes) as one, caller(one.port) as first, caller(one.port) as second:
        await first.send(STREAM)
        await until(lambda: up.calls, "the upstream")
        await second.send(STREAM)
        await until(lambda: any(each.followed for each in one.keeping.open.values()), "the second to follow")
        go_on.set()
        assert (await first.answer()).body == (await second.answer()).body == WHOLE
        await until(lambda: not one.keeping.open, "the end")
        (row,) = one.store.rows.values()
        later = await ask(one.port, STREAM)
        if keeps_content:
            assert later.body == WHOLE
        else:
            assert (row.state, row.reason, row.sealed) == (State.UNANSWERED, Reason.ISOLATED, None)
            later.claims(409, "conflict_error")
            assert b"is isolated and keeps no content" in later.body
        assert len(up.calls) == 1


async def test_an_error_that_breaks_is_not_kept(tmp_path: Path) -> None:
    """An error status is free even where its body breaks off, or its caller leaves while it is read: the next repeat is sent."""
    for part in (b"HTTP/1.1 400 No\r\nContent-Length: 99\r\n\r\n{", b"HTTP/1.1 529 No\r\nContent-Length: 99\r\n\r\n{"):
        begun = asyncio.Event()

        async def script(call: Call, part: bytes = part, begun: asyncio.Event = begun) -> None:
            if begun.is_set():
                await call.send(plain(ANSWER))
                return
            await call.send(part)
            begun.set()
            if b"400" in part:
                call.cut()
            await asyncio.Event().wait()

        async with upstream(script) as up, home(up, tmp_path) as one, caller(one.port) as first:
            await first.send(PLAIN)
            await begun.wait()
            if b"529" in part:
                await until(lambda one=one: any(each.busy and each.status for each in one.house.pool._members), "the error's head")
                first.leave()
            await one.house.last()
            await until(lambda one=one: not one.keeping.open, "the end")
            assert not one.store.rows
            assert ((await ask(one.port, PLAIN)).body, len(up.calls)) == (ANSWER, 2)


@pytest.mark.parametrize("status", [400, 429, 500, 529])
async def test_an_error_is_not_kept(tmp_path: Path, status: int) -> None:
    """An error costs nothing, so the next repeat is sent; who waited along with the first gets the same error."""
    go_on = asyncio.Event()
    error = b'{"type":"error","error":{"type":"x","message":"y"}}'

    async def script(call: Call) -> None:
        await go_on.wait()
        await call.send(plain(error, status=status) if len(up.calls) == 1 else plain(ANSWER))

    async with upstream(script) as up, home(up, tmp_path) as one, caller(one.port) as first, caller(one.port) as second:
        await first.send(PLAIN)
        await until(lambda: up.calls, "the upstream")
        await second.send(PLAIN)
        await until(lambda: any(each.followed for each in one.keeping.open.values()), "the follower")
        go_on.set()
        for each in (first, second):
            answer = await each.answer()
            assert (answer.status, answer.body) == (status, error)
        third = await ask(one.port, PLAIN)
        assert (third.status, third.body, third.header(b"idempotent-replayed")) == (200, ANSWER, None)
        assert len(up.calls) == 2


async def test_a_broken_stream_is_never_paid_twice(tmp_path: Path) -> None:
    """After a stream that broke off, the key answers 409 with the reason, and is not to be retried."""
    async with upstream(streams(start(), then="cut")) as up, home(up, tmp_path) as one:
        first = await ask(one.port, STREAM)
        assert first.events[-1][0] == b"error"
        await is_kept(one, State.UNANSWERED)
        refused = await ask(one.port, STREAM)
        refused.claims(409, "conflict_error")
        assert refused.header(b"x-should-retry") == b"false"
        assert "broke off" in refused.json["error"]["message"]
        assert one.store.only.request_id in refused.json["error"]["message"]
        assert len(up.calls) == 1


async def test_a_caller_that_leaves_cancels_by_default(tmp_path: Path) -> None:
    """A request whose caller left after it was sent may be charged: its key answers 409."""
    async with upstream(streams(start(), then="hold")) as up, home(up, tmp_path) as one:
        async with caller(one.port) as first:
            await first.send(STREAM)
            await first.head()
            first.leave()
        await is_kept(one, State.UNANSWERED)
        assert one.store.only.reason is Reason.LEFT
        await until(lambda: up.last.left, "the upstream to see it")
        (await ask(one.port, STREAM)).claims(409, "conflict_error")


async def test_without_keeping_only_attaching_works(tmp_path: Path) -> None:
    """`keep_hours = 0`: a later repeat is refused, nothing of the answer is stored."""
    async with upstream(answers(plain(ANSWER))) as up, home(up, tmp_path, Choice(KeepOptions(keep_hours=0))) as one:
        await ask(one.port, PLAIN)
        await is_kept(one, State.UNANSWERED)
        assert (one.store.only.reason, one.store.only.sealed) == (Reason.NOT_KEPT, None)
        (await ask(one.port, PLAIN)).claims(409, "conflict_error")
        assert len(up.calls) == 1


@pytest.mark.parametrize(("choice", "reason"), [(Choice(answer_bytes=100), Reason.TOO_LONG), (Choice(buffered_bytes=100), Reason.NO_ROOM)])
async def test_what_is_too_long_is_not_kept(tmp_path: Path, choice: Choice, reason: Reason) -> None:
    """Beyond the room the first caller gets all, a follower ends in one error event, and a repeat is refused: memory is bounded."""
    go_on = asyncio.Event()

    async def script(call: Call) -> None:
        await call.send(STREAM_HEAD, chunk(b": hi\n\n"))
        await go_on.wait()
        await call.send(*map(chunk, EVENTS), END)

    async with upstream(script) as up, home(up, tmp_path, choice) as one, caller(one.port) as first, caller(one.port) as second:
        await first.send(STREAM)
        head = await first.head()
        await second.send(STREAM)
        other = await second.head()
        go_on.set()
        assert (await first.rest(head)).body == b": hi\n\n" + WHOLE
        assert (await second.rest(other)).events[-1][0] == b"error"
        await is_kept(one, State.UNANSWERED)
        assert one.store.only.reason is reason
        assert one.room.budget.held_bytes == 0
        (await ask(one.port, STREAM)).claims(409, "conflict_error")


async def test_an_answer_is_given_again_only_under_the_policies_of_its_first_request(tmp_path: Path) -> None:
    """It was screened by these, and by no others: under other ones, or none, the key is used up."""
    under = ["strict"]

    async def mark_of(exchange: Exchange) -> str:
        del exchange
        return under[0]

    async with upstream(answers(plain(ANSWER))) as up, home(up, tmp_path, Choice(mark_of=mark_of)) as one:
        assert (await ask(one.port, PLAIN)).body == ANSWER
        await is_kept(one)
        for other in ("stricter", ""):
            under[0] = other
            (await ask(one.port, PLAIN)).claims(400, "invalid_request_error")
        under[0] = "strict"
        assert (await ask(one.port, PLAIN)).body == ANSWER
        assert len(up.calls) == 1
