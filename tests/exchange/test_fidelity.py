"""Bytes in, bytes out, over real sockets: any body, any headers, any query, and any split of the answer's bytes."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Coroutine, Iterator
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import pytest
import uvloop
from hypothesis import given
from hypothesis import strategies as st

from tests.claude.streams import STOP as MESSAGE_STOP
from tests.claude.streams import block, message_delta, sse, start
from tests.claude.test_request import OBJECTS, spell
from tests.claude.test_sse import CUTS, split
from tests.exchange.callers import Caller, ask, caller, request
from tests.exchange.house import CREDENTIAL, House, Setting, house
from tests.exchange.scripted import END, Call, Pairs, Upstream, chunk, head_of, upstream

TOKEN = "!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
VALUE = bytes([*range(0x21, 0x7F), *range(0x80, 0x100)])
NAMES = st.text(TOKEN, min_size=1, max_size=16).map(lambda text: b"X" + text.encode())
VALUES = st.builds(
    lambda start, middle, end: bytes([start, *middle, end]),
    st.sampled_from(VALUE),
    st.lists(st.sampled_from(VALUE + b" \t"), max_size=20),
    st.sampled_from(VALUE),
)
PASSING = st.sampled_from(
    [b"Anthropic-Version", b"anthropic-beta", b"ANTHROPIC-BETA", b"User-Agent", b"accept", b"X-Stainless-OS", b"Traceparent"]
)
KEPT_HERE = (
    b"Authorization",
    b"X-Yumen-Rule",
    b"x-yumen-",
    b"TE",
    b"Keep-Alive",
    b"Proxy-Authorization",
    b"Proxy-Connection",
    b"Trailer",
    b"Accept-Encoding",
    b"Cookie",
    b"Anthropic-Workspace-Id",
    b"anthropic-user-profile-id",
    b"Forwarded",
    b"X-Forwarded-For",
    b"X-Forwarded-Host",
    b"x-forwarded-proto",
    b"X-Real-IP",
)
"""What of a request's headers does not go on: credentials, this connection's own, who stands before us, what the operator sets."""
NAMING_NOTHING = OBJECTS.map(lambda value: {key: each for key, each in value.items() if key != "container"})
"""Bodies that name no container: another's is a 404, which is not this test's matter."""
BODIES = st.builds(
    lambda value, dice: spell(value | {"model": "claude-opus-4-6"}, dice).encode(), NAMING_NOTHING, st.randoms(use_true_random=False)
)
REQUEST_HEADERS = st.lists(st.tuples(NAMES | PASSING | st.sampled_from(KEPT_HERE), VALUES), max_size=12)
QUERIES = st.text("abcXYZ019-._~!$&'()*+,;=:@/?%[]", max_size=30)

NOT_RELAYED = (
    b"Set-Cookie",
    b"Strict-Transport-Security",
    b"Alt-Svc",
    b"Server",
    b"Via",
    b"CF-Ray",
    b"cf-cache-status",
    b"Anthropic-Organization-Id",
    b"anthropic-workspace-id",
    b"anthropic-ratelimit-requests-remaining",
    b"Anthropic-RateLimit-Tokens-Reset",
    b"Request-Id",
    b"X-Request-Id",
    b"Keep-Alive",
    b"Proxy-Authenticate",
    b"Access-Control-Allow-Origin",
)
"""What of an answer's headers does not go on."""
RELAYED = st.sampled_from([b"Retry-After", b"x-should-retry", b"Date", b"ETag", b"Content-Disposition", b"Vary"])
ANSWER_HEADERS = st.lists(st.tuples(NAMES | RELAYED | st.sampled_from(NOT_RELAYED), VALUES), max_size=12)
FRAMINGS = st.sampled_from(["length", "chunked", "close"])
STATUSES = st.sampled_from([200, 201, 202, 400, 401, 404, 413, 418, 429, 500, 503, 529])
ANSWERS = STATUSES.flatmap(lambda status: st.tuples(st.just(status), BODIES if status == 200 else st.binary(max_size=300)))
"""A success is a JSON object: anything else at its place is the upstream's mistake."""

Run = Callable[[Coroutine[Any, Any, None]], None]


class Site:
    """A house before an upstream whose script each example sets."""

    def __init__(self, up: Upstream, home: House, one: Caller) -> None:
        self.up = up
        self.home = home
        self.caller = one
        """One connection, over which the requests of all examples may go, so that nothing of one is seen in the next."""

    def answer_with(self, status: int, headers: Pairs, pieces: list[bytes], framing: str) -> None:
        """Let the upstream answer with those pieces, framed that way."""
        framed = {"length": [(b"Content-Length", b"%d" % sum(map(len, pieces)))], "chunked": [(b"Transfer-Encoding", b"chunked")]}

        async def script(call: Call) -> None:
            await call.send(head_of(status, *headers, *framed.get(framing, [])))
            await call.send(*(chunk(piece) if framing == "chunked" and piece else piece for piece in pieces))
            if framing == "chunked":
                await call.send(END)
            elif framing == "close":
                call.close()

        self.up.script = script


@pytest.fixture
def site(tmp_path: Path) -> Iterator[tuple[Site, Run]]:
    """One house for all examples, and the loop that runs it."""
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        stack = AsyncExitStack()

        async def open_all() -> Site:
            up = await stack.enter_async_context(upstream(lambda call: call.send(b"")))
            home = await stack.enter_async_context(house(up, tmp_path, Setting(prefix="/before")))
            return Site(up, home, await stack.enter_async_context(caller(home.port)))

        made = runner.run(open_all())
        yield made, runner.run
        runner.run(made.home.nothing_is_open())
        runner.run(stack.aclose())


def going_on(headers: Pairs, kept: tuple[bytes, ...], named: set[bytes]) -> Pairs:
    """The headers that should arrive on the other side."""
    stay = {name.lower() for name in kept} | named | {b"connection"}
    return [(name, value) for name, value in headers if name.lower() not in stay]


def test_any_request_arrives_as_it_was_sent(site: tuple[Site, Run]) -> None:
    """Body, query, and every header that may go on arrive byte for byte and in order; the credential is the upstream's alone."""
    made, run = site

    @given(BODIES, REQUEST_HEADERS, QUERIES, st.booleans(), st.booleans())
    def any_request(body: bytes, headers: Pairs, query: str, chunked: bool, named: bool) -> None:  # noqa: FBT001  (drawn)
        run(check(body, headers, query, chunked=chunked, named=named))

    async def check(body: bytes, headers: Pairs, query: str, *, chunked: bool, named: bool) -> None:
        sent = [*headers, (b"X-Api-Key", b"yk-test")]
        if named:
            sent = [(b"Connection", b"X-Named-Here, keep-alive"), *sent, (b"x-named-here", b"1")]
        target = b"/v1/messages" + (b"?" + query.encode() if query else b"")
        made.answer_with(200, [], [b"{}"], "length")
        if chunked:
            pieces = [piece for piece in split(body, [3, 50]) if piece]
            data = request(b"POST", target, *sent, (b"Transfer-Encoding", b"chunked")) + b"".join(map(chunk, pieces)) + END
        else:
            data = request(b"POST", target, *sent, body=body)
        await made.caller.send(data)
        answer = await made.caller.answer()
        assert answer.status == 200, answer.body
        call = made.up.last
        assert call.body == body
        assert (call.method, call.target) == (b"POST", b"/before" + target)
        expected = going_on(headers, KEPT_HERE, {b"x-named-here"} if named else set())
        ours = {b"host", b"accept-encoding", b"x-api-key", b"content-length", b"transfer-encoding"}
        assert [pair for pair in call.headers if pair[0].lower() not in ours] == expected
        assert call.header(b"host") == b"127.0.0.1:%d" % made.up.port
        assert call.header(b"accept-encoding") == b"identity"
        assert call.header(b"x-api-key") == CREDENTIAL.encode()
        assert call.header(b"authorization") is None

    any_request()


def test_any_answer_arrives_as_it_was_sent(site: tuple[Site, Run]) -> None:
    """Status, body and every header that may go on arrive byte for byte, however the answer is framed and split."""
    made, run = site

    @given(ANSWERS, ANSWER_HEADERS, CUTS, FRAMINGS)
    def any_answer(of: tuple[int, bytes], headers: Pairs, cuts: list[int], framing: str) -> None:
        status, body = of
        run(check(status, headers, split(body, cuts), framing))

    async def check(status: int, headers: Pairs, pieces: list[bytes], framing: str) -> None:
        made.answer_with(status, [(b"Connection", b"x-named-there"), (b"X-Named-There", b"1"), *headers], pieces, framing)
        answer = await ask(made.home.port, request(b"POST", b"/v1/messages", body=b"{}"))
        assert (answer.status, answer.body, answer.cut) == (status, b"".join(pieces), False)
        expected = going_on(headers, NOT_RELAYED, set())
        assert answer.headers[: len(expected)] == expected
        ours = answer.headers[len(expected) :]
        assert {name for name, _ in ours} == {b"request-id", b"content-length" if framing == "length" else b"transfer-encoding"}

    any_answer()


def test_any_stream_arrives_as_it_was_sent(site: tuple[Site, Run]) -> None:
    """A stream's bytes, pings, comments, unknown events and fields included, arrive as they are for any split, framing and line ends."""
    made, run = site
    parts = st.sampled_from(
        [*block(), sse("new_kind", field={"a": [1, None]}), b": comment\n\n", b"id: 1\ndata: x\n\n", b"\n", b"retry: 5\n\n"]
    )

    @given(st.lists(parts, max_size=12), CUTS, FRAMINGS, st.sampled_from([b"\n", b"\r\n", b"\r"]), st.sampled_from([b"", sse("ping")]))
    def any_stream(events: list[bytes], cuts: list[int], framing: str, line_end: bytes, after: bytes) -> None:
        data = b"".join([start(), *events, message_delta(), MESSAGE_STOP, after]).replace(b"\n", line_end)
        run(check(split(data, [cut * len(data) // 400 for cut in cuts]), framing))

    async def check(pieces: list[bytes], framing: str) -> None:
        made.answer_with(200, [(b"Content-Type", b"text/event-stream")], pieces, framing)
        answer = await ask(made.home.port, request(b"POST", b"/v1/messages", body=b'{"stream":true}'))
        assert (answer.body, answer.cut) == (b"".join(pieces), False)
        assert answer.header(b"transfer-encoding") == b"chunked"

    any_stream()


def test_any_file_passes_both_ways(site: tuple[Site, Run]) -> None:
    """What is piped up, with a length or in chunks, arrives byte for byte, and so does what comes down."""
    made, run = site

    @given(st.binary(max_size=2_000), CUTS, st.booleans(), FRAMINGS)
    def any_file(body: bytes, cuts: list[int], chunked: bool, framing: str) -> None:  # noqa: FBT001  (drawn)
        run(check(body, [cut * 5 for cut in cuts], framing, chunked=chunked))

    async def check(body: bytes, cuts: list[int], framing: str, *, chunked: bool) -> None:
        made.answer_with(200, [], [json.dumps({"type": "file", "id": "file_1"}).encode()], "length")
        kind = (b"Content-Type", b"multipart/form-data; boundary=x")
        if chunked:
            pieces = [piece for piece in split(body, cuts) if piece]
            data = request(b"POST", b"/v1/files", kind, (b"Transfer-Encoding", b"chunked")) + b"".join(map(chunk, pieces)) + END
        else:
            data = request(b"POST", b"/v1/files", kind, body=body)
        assert (await ask(made.home.port, data)).status == 200
        assert made.up.last.body == body
        assert (made.up.last.header(b"transfer-encoding") == b"chunked") == chunked
        made.answer_with(200, [], split(body, cuts), framing)
        answer = await ask(made.home.port, request(b"GET", b"/v1/files/file_1/content"))
        assert (answer.status, answer.body) == (200, body)

    any_file()
