"""What lies on an answer's way: each change in its order, and an answer that one of them ends."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from tests.claude.streams import answer_body, message
from tests.exchange.callers import ASK, ASK_STREAMED, ask, ends_in_one_error, request
from tests.exchange.house import Setting, house
from tests.exchange.scripted import Call, Script, answers, plain, streams, upstream
from yumen.claude.sse import event
from yumen.errors import PolicyBlocked
from yumen.exchange import Exchange, Outcome
from yumen.exchange.edits import Chained
from yumen.exchange.passages import Flow
from yumen.exchange.relay import Relay
from yumen.exchange.states import State
from yumen.exchange.told import MOST_BYTES, Told

RESULTS = request(b"GET", b"/v1/open")


class Doubling:
    """A change that can be seen: each byte of its kind is written twice. One of its bytes ends the answer."""

    def __init__(self, byte: bytes, forbidden: bytes = b"\0", last: bytes = b"") -> None:
        """Double that byte, and refuse what holds the forbidden one."""
        self._byte = byte
        self._forbidden = forbidden
        self._last = last

    def stream(self) -> Doubling:
        """Be the stream's change as well."""
        return self

    def feed(self, data: bytes) -> bytes:
        """Double, or refuse."""
        if self._forbidden in data:
            raise PolicyBlocked
        return data.replace(self._byte, self._byte * 2)

    def end(self) -> bytes:
        """Say that the end was here."""
        return self._last

    def error(self, body: bytes) -> bytes:
        """Say it as Claude does."""
        return event("error", body)

    async def whole(self, status: int, body: bytes) -> bytes:  # noqa: ARG002  (the protocol's signature)
        """Do the same with a plain answer."""
        return self.feed(body) + self._last


class Ear:
    """Hears an answer."""

    must_read = True

    def __init__(self) -> None:
        """Have heard nothing."""
        self.heard = b""

    def listen(self, status: int, *, stream: bool) -> Callable[[bytes], None]:  # noqa: ARG002  (the protocol's signature)
        """Hear all of it."""

        def hear(data: bytes) -> None:
            self.heard += data

        return hear


class Both:
    """A screening with both of its halves."""

    def __init__(self, screen: Doubling | None, restore: Doubling | None) -> None:
        """Screen and restore so."""
        self.screen = screen
        self.restore = restore


def checking(screening: Both, ear: Ear | None = None) -> Any:  # noqa: ANN401  (a change of a stage)
    """Return what puts a screening, and somebody who hears, on the way of every answer."""

    def change(_: object) -> Any:  # noqa: ANN401  (a stage)
        async def check(exchange: Exchange) -> None:
            exchange.screening = screening
            if ear is not None:
                exchange.listeners.append(ear)

        return check

    return change


@pytest.mark.parametrize(
    ("script", "data", "sent"),
    [(streams(*message()), ASK_STREAMED, b"".join(message())), (answers(plain(answer_body())), ASK, answer_body())],
)
async def test_screened_then_heard_then_restored(script: Script, data: bytes, sent: bytes, tmp_path: Path) -> None:
    """Whoever hears an answer hears it screened and not restored; the caller gets it screened and restored."""
    ear = Ear()
    async with upstream(script) as up, house(up, tmp_path, check=checking(Both(Doubling(b"m"), Doubling(b"s")), ear)) as home:
        answer = await ask(home.port, data)
        assert ear.heard == sent.replace(b"m", b"mm")
        assert answer.body == ear.heard.replace(b"s", b"ss")
        assert (await home.last()).outcome is Outcome.ANSWERED


async def test_without_changes_nothing_is_held(tmp_path: Path) -> None:
    """A screening that has nothing to do changes no byte, and the length of a plain answer is promised as ever."""
    async with upstream(answers(plain(answer_body()))) as up, house(up, tmp_path, check=checking(Both(None, None))) as home:
        answer = await ask(home.port)
        assert answer.body == answer_body()
        assert answer.header(b"content-length") == b"%d" % len(answer_body())


async def test_what_is_forbidden_ends_the_stream(tmp_path: Path) -> None:
    """A change that refuses a piece ends the stream in one error event, cancels the upstream, and nothing of the piece passes."""
    events = message()

    async def script(call: Call) -> None:
        await streams(*events[:-2], b'event: content_block_delta\ndata: {"x":"#"}\n\n', then="hang")(call)

    async with upstream(script) as up, house(up, tmp_path, check=checking(Both(Doubling(b"~", b"#"), None))) as home:
        answer = await ask(home.port, ASK_STREAMED)
        assert b"#" not in answer.body
        ends_in_one_error(answer, "policy_blocked")
        ended = await home.last()
        assert (ended.outcome, type(ended.fault)) == (Outcome.TRUNCATED, PolicyBlocked)


def test_nothing_passes_behind_what_is_forbidden() -> None:
    """What comes of the answer after a piece was refused, before the upstream is left, does not pass either."""
    written: list[bytes] = []
    reply = SimpleNamespace(started=True, write=written.append)
    exchange: Any = SimpleNamespace(reply=reply, state=State.STREAMING)
    relay = Relay(exchange, Flow(None, Doubling(b"~", b"#")), [], None)
    for piece in (b"one", b"#", b"two", b"three"):
        relay.piece(piece)
    assert written == []
    assert relay.finished


async def test_a_whole_message_does_not_save_what_is_forbidden(tmp_path: Path) -> None:
    """That the message's end came with the forbidden piece changes nothing: the stream ends in the error, not in the message's end."""
    whole = b"".join(message()).replace(b"event: message_stop", b'event: x\ndata: {"x":"#"}\n\nevent: message_stop')
    async with upstream(streams(whole)) as up, house(up, tmp_path, check=checking(Both(Doubling(b"~", b"#"), None))) as home:
        answer = await ask(home.port, ASK_STREAMED)
        ends_in_one_error(answer, "policy_blocked")
        assert b"message_stop" not in answer.body
        assert (await home.last()).outcome is Outcome.TRUNCATED


async def test_a_plain_answer_that_is_forbidden_is_an_error(tmp_path: Path) -> None:
    """Of a plain answer nothing has passed, so the caller gets the error with its own status."""
    body = answer_body().replace(b"{", b'{"x":"#",', 1)
    async with upstream(answers(plain(body))) as up, house(up, tmp_path, check=checking(Both(Doubling(b"~", b"#"), None))) as home:
        answer = await ask(home.port)
        assert answer.status == 400
        assert json.loads(answer.body)["error"]["type"] == "policy_blocked"
        assert answer.header(b"x-should-retry") == b"false"


async def test_an_answer_of_any_length_is_changed_as_it_flows(tmp_path: Path) -> None:
    """Where answers may be longer than memory, what was changed passes before the rest is here, and the change's end is not lost."""
    setting = Setting()

    async def script(call: Call) -> None:
        await answers(plain(b"one\ntwo\n"))(call)

    changes = {"check": checking(Both(Doubling(b"o", last=b"end"), Doubling(b"t")))}
    async with upstream(script) as up, house(up, tmp_path, setting, **changes) as home:
        home_answer = await ask(home.port, RESULTS)
        assert home_answer.body == b"oone\nttwoo\nend"


def test_of_an_endless_error_no_more_is_kept() -> None:
    """Beyond its limit, what an upstream says in place of a stream is not kept."""
    told = Told("req_1")
    told.take(b"x" * (MOST_BYTES + 1))
    assert told.complete
    told.take(b"x" * MOST_BYTES)
    assert len(told.body) == MOST_BYTES + 1


def test_each_end_goes_through_the_changes_after_it() -> None:
    """What one change says at the end, the next ones change too."""
    chain = Chained([Doubling(b"a", last=b"ab"), Doubling(b"b", last=b"b"), Doubling(b"a")])
    assert chain.feed(b"ab") == b"aaaabb"
    assert chain.end() == b"aabbb"
