"""Simulated callers: each asks as the official SDK does, and tries again as it does: three attempts, half a second doubled."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from random import Random

import msgspec

from yumen.http import Reply, Request
from yumen.http.head import Head

Gateway = Callable[[Request, Reply], Awaitable[None]]

RETRIED = frozenset({408, 409, 429, *range(500, 600)})
FIRST_ERROR = 400


class Answer:
    """The caller's end: takes what the gateway writes."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        """Wait on that loop."""
        self._loop = loop
        self.data = b""
        self.was_cut = False

    def write(self, data: bytes) -> None:
        """Take bytes."""
        self.data += data

    def reply_ended(self) -> None:
        """Do nothing: the handler's return says it."""

    def cut(self) -> None:
        """Note that the connection was cut."""
        self.was_cut = True

    async def drained(self) -> None:
        """Never wait."""

    def new_waiter(self) -> asyncio.Future[None]:
        """Make a future."""
        return self._loop.create_future()

    def body_wanted(self) -> None:
        """Do nothing: the body is here."""

    def body_flooded(self) -> None:
        """Do nothing."""

    @property
    def status(self) -> int:
        """The status, 0 where none came."""
        return int(self.data[9:12] or b"0")

    def header(self, name: bytes) -> bytes | None:
        """Return a header's value."""
        head = b"\r\n" + self.data.partition(b"\r\n\r\n")[0]
        _, found, rest = head.partition(b"\r\n" + name + b": ")
        return rest.partition(b"\r\n")[0] if found else None

    def is_right(self, *, streamed: bool) -> bool:
        """Whether it is a whole answer."""
        end = b"event: message_stop" if streamed else b'"stop_reason":"end_turn"'
        return not self.was_cut and self.status < FIRST_ERROR and end in self.data

    def says_error(self) -> bool:
        """Whether it says clearly that it is none: an error status, an error event, or a connection that was cut."""
        return self.was_cut or self.status >= FIRST_ERROR or b"event: error" in self.data


class Called(msgspec.Struct, frozen=True):
    """One call of a program: what became of it, and its gateway requests by their simulated ids."""

    begun_s: float
    ended_s: float
    right: bool
    clear: bool
    """Whether it ended in the right answer, or in a clear error."""
    requests: tuple[str, ...]


class Caller(msgspec.Struct, frozen=True):
    """A program: whom it asks, how it draws its pauses, and how often its SDK asks."""

    gateway: Gateway
    draw: Random
    attempts: int


async def call(caller: Caller, name: str, *, streamed: bool) -> Called:
    """Make one call as the SDK does."""
    loop = asyncio.get_running_loop()
    begun_s = loop.time()
    names: list[str] = []
    while True:
        names.append(f"{name}.{len(names)}")
        answer = await ask(caller.gateway, names[-1], streamed=streamed)
        if answer.is_right(streamed=streamed):
            return Called(begun_s, loop.time(), right=True, clear=True, requests=tuple(names))
        forced = answer.header(b"x-should-retry")
        again = forced == b"true" if forced is not None else answer.status in RETRIED
        if not again or len(names) == caller.attempts:
            return Called(begun_s, loop.time(), right=False, clear=answer.says_error(), requests=tuple(names))
        said = answer.header(b"retry-after")
        await asyncio.sleep(float(said) if said else min(0.25 * 2 ** len(names), 8.0) * (1 - 0.25 * caller.draw.random()))


async def ask(gateway: Gateway, name: str, *, streamed: bool) -> Answer:
    """Send one request through the gateway."""
    answer = Answer(asyncio.get_running_loop())
    prompt = b'"messages":[{"role":"user","content":"Hello"}]'
    body = b'{"model":"claude-opus-5-5","max_tokens":64,%b%b}' % (b'"stream":true,' if streamed else b"", prompt)
    headers = [(b"host", b"gateway"), (b"content-type", b"application/json"), (b"x-simulated-id", name.encode())]
    request = Request("POST", b"/v1/messages", "1.1", Head(headers), answer)
    request.length = len(body)
    request.feed(body)
    request.finish()
    reply = Reply(answer, keep_alive=True, head_only=False, chunked=True)
    await gateway(request, reply)
    return answer
