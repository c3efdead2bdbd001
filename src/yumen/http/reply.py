"""The answer to a request, as a handler writes it: framing, head and body."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from yumen.http.headers import Headers, field_lines, status_line

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Callable

NO_BODY = frozenset({204, 304})


class Line(Protocol):
    """What a reply asks of its connection."""

    def write(self, data: bytes) -> None:
        """Hand bytes to the transport."""

    def reply_ended(self) -> None:
        """The reply is whole."""

    def cut(self) -> None:
        """Close the connection at once."""

    async def drained(self) -> None:
        """Wait while more is unsent than should be."""

    def new_waiter(self) -> asyncio.Future[None]:
        """Make a future of the connection's loop."""


class Tee(Protocol):
    """Takes an answer along with its caller: its body without any framing."""

    def began(self, status: int, headers: Headers, length: int | None) -> None:
        """Take the head; the length where it is known."""

    def piece(self, data: bytes) -> None:
        """Take the next bytes of the body."""

    def ended(self) -> None:
        """The answer is whole, as far as its framing says."""

    def cut(self) -> None:
        """The answer ended before its framing says so."""


class Reply:
    """One answer. Either `send` it whole, or `start`, `write` and `end` it."""

    __slots__ = (
        "_chunked",
        "_connection",
        "_head",
        "_keep_alive",
        "_silent",
        "ended",
        "extra",
        "on_leave",
        "on_pause",
        "on_resume",
        "started",
        "tee",
        "whole",
    )

    def __init__(self, connection: Line, *, keep_alive: bool, head_only: bool, chunked: bool) -> None:
        """Answer on that connection; `head_only` for HEAD, `chunked` where the caller understands it."""
        self._connection = connection
        self._keep_alive = keep_alive
        self._silent = head_only
        self._chunked = chunked
        self._head = b""
        self.extra: Headers = []
        """Headers that every answer gets beside its own."""
        self.whole = True
        """Whether the request has come to its end. An answer that starts before lets no other request follow."""
        self.started = False
        self.ended = False
        self.on_pause: Callable[[], None] | None = None
        """Called when the caller reads slower than we write."""
        self.on_resume: Callable[[], None] | None = None
        """Called when it has caught up."""
        self.on_leave: Callable[[], bool] | None = None
        """Asked when the caller has gone: whether the answer is written on all the same, to nobody. None: it is not."""
        self.tee: Tee | None = None
        """What takes the answer along."""

    @property
    def keep_alive(self) -> bool:
        """Whether another request may follow on this connection."""
        return self._keep_alive

    def close_after(self) -> None:
        """Let no other request follow; before `start`, the caller is told."""
        self._keep_alive = False

    def send(self, status: int, headers: Headers, body: bytes) -> None:
        """Answer with a whole body."""
        self.start(status, headers, len(body))
        if body:
            self.write(body)
        self.end()

    def start(self, status: int, headers: Headers, length: int | None) -> None:
        """Begin an answer of that many bytes (None: unknown, so chunked). It leaves with the first byte of the body, or at the end."""
        if self.started:
            msg = "the reply was started already"
            raise AssertionError(msg)
        self.started = True
        if not self.whole:
            self._keep_alive = False
        if self.tee is not None:
            self.tee.began(status, headers, length)
        lines = status_line(status) + field_lines(headers + self.extra if self.extra else headers)
        if status in NO_BODY:
            self._silent = True
            self._chunked = False
        elif length is not None:
            lines += b"content-length: %d\r\n" % length
            self._chunked = False
        elif self._chunked:
            lines += b"transfer-encoding: chunked\r\n"
        else:
            self._keep_alive = False
        self._head = lines + (b"\r\n" if self._keep_alive else b"connection: close\r\n\r\n")

    def write(self, data: bytes) -> None:
        """Write a piece of the body."""
        if self.tee is not None and data:
            self.tee.piece(data)
        if self._silent or not data:
            return
        if self._chunked:
            data = b"%x\r\n%b\r\n" % (len(data), data)
        if self._head:
            data, self._head = self._head + data, b""
        self._connection.write(data)

    def flush_head(self) -> None:
        """Let the head leave before there is a body."""
        if self._head:
            self._connection.write(self._head)
            self._head = b""

    def end(self) -> None:
        """End the answer; a second call does nothing."""
        if self.ended:
            return
        self.ended = True
        tail = b"0\r\n\r\n" if self._chunked and not self._silent else b""
        if self._head or tail:
            self._connection.write(self._head + tail)
            self._head = b""
        self.on_pause = self.on_resume = self.on_leave = None  # they hold whoever writes the answer, which holds the reply
        self._connection.reply_ended()
        if self.tee is not None:
            self.tee.ended()

    def abort(self) -> None:
        """Cut the connection, so that nobody takes what was sent for the whole answer."""
        self.ended = True
        self.on_leave = None
        self._connection.cut()
        if self.tee is not None:
            self.tee.cut()

    def leave(self, *, slow: bool) -> bool:
        """Note that the caller has gone, and return whether whoever answers goes on: nothing of it goes anywhere from now on.

        `slow` says whether the answer is paused because of the caller: it is resumed then.
        """
        on_leave, self.on_leave = self.on_leave, None
        if on_leave is None or not on_leave():
            return False
        self._silent = True
        if slow and self.on_resume is not None:
            self.on_resume()
        return True

    def new_waiter(self) -> asyncio.Future[None]:
        """Make a future of the connection's loop: asking for the running loop costs a system call."""
        return self._connection.new_waiter()

    async def drained(self) -> None:
        """Wait while the caller's connection has more unsent than it should."""
        await self._connection.drained()
