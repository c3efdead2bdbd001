"""One connection to an upstream: sends a request, and hands the answer's bytes to a sink in the turn in which they came."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Protocol

import httptools

from yumen.errors import Fault, Truncated, UpstreamLost, UpstreamRubbish, UpstreamTimeout
from yumen.http.deadlines import NEVER
from yumen.http.reply import NO_BODY

if TYPE_CHECKING:
    from yumen.http.headers import Headers
    from yumen.http.options import PoolOptions

SWITCHING = 101
FIRST_FINAL_STATUS = 200
HEAD_TOO_LARGE = "The upstream's answer has too large a head."
FRAMING = frozenset({b"content-length", b"transfer-encoding"})
"""An answer with neither lasts until the connection's end (RFC 9112 §6.3)."""


class Sink(Protocol):
    """Takes the body of an answer, synchronously, as it comes."""

    def piece(self, data: bytes) -> None:
        """Take the next bytes."""

    def ended(self) -> None:
        """The answer is whole."""

    def failed(self, fault: Fault) -> None:
        """The rest will not come."""


class Home(Protocol):
    """What a connection asks of its pool."""

    options: PoolOptions

    def freed(self, connection: ClientConnection) -> None:
        """Take back a connection that may be used again."""

    def lost(self, connection: ClientConnection) -> None:
        """Forget a closed connection."""


class ClientConnection(asyncio.Protocol):
    """The protocol of one connection to an upstream, used for one exchange at a time."""

    __slots__ = (
        "_answer_ended",
        "_fault",
        "_head_bytes",
        "_head_waiter",
        "_headers_done",
        "_held_back",
        "_home",
        "_keep_alive",
        "_loop",
        "_parser",
        "_pieces",
        "_request_ended",
        "_sink",
        "_transport",
        "_until_close",
        "_without_body",
        "_writable",
        "busy",
        "closed",
        "deadline",
        "headers",
        "idle_since",
        "status",
        "unsent",
    )

    def __init__(self, home: Home, loop: asyncio.AbstractEventLoop) -> None:
        """Belong to a pool."""
        self._home = home
        self._loop = loop
        self._transport: asyncio.Transport = None  # type: ignore[assignment]  # set by connection_made, before anything else runs
        self.closed = False
        self.busy = False
        self.idle_since = 0.0
        self.deadline = NEVER
        self._writable: asyncio.Future[None] | None = None
        self._parser = httptools.HttpResponseParser(self)
        self._renew()

    def _renew(self) -> None:
        """Make ready for the next answer."""
        self.status = 0
        self.headers: Headers = []
        self._head_bytes = 0
        self._head_waiter: asyncio.Future[None] | None = None
        self._headers_done = False
        self._answer_ended = False
        self._request_ended = False
        self._until_close = False
        self._without_body = False
        self._keep_alive = False
        self._fault: Fault | None = None
        self.unsent = False
        """Where it failed: whether a part of the request never left this process."""
        self._sink: Sink | None = None
        self._pieces: list[bytes] = []
        self._held_back = False

    # ── one exchange ────────────────────────────────────────────────────────

    def send(self, data: bytes, *, whole: bool, without_body: bool = False) -> None:
        """Begin a request: its head, and its body where that is `whole`. `without_body`: no body will answer it (HEAD)."""
        self.busy = True
        self.deadline = self._loop.time() + self._home.options.between_bytes_timeout_s
        self._without_body = without_body
        self._transport.write(data)
        if whole:
            self.request_ended()

    def write(self, data: bytes) -> None:
        """Write a further piece of the request."""
        if not self.closed:
            self.deadline = self._loop.time() + self._home.options.between_bytes_timeout_s
            self._transport.write(data)

    def request_ended(self) -> None:
        """Note that the request is whole: the time to the first byte runs from here."""
        self._request_ended = True
        self.deadline = self._loop.time() + self._home.options.first_byte_timeout_s

    async def writable(self) -> None:
        """Wait while more of the request is unsent than should be; returns at once when the answer has come before the request's end."""
        if self._writable is not None and not self._headers_done and not self.closed:
            await self._writable

    @property
    def answered(self) -> bool:
        """Whether the head of the answer is here, or will never be."""
        return self._headers_done or self._fault is not None

    async def head(self) -> None:
        """Wait for the answer's head: then `status` and `headers` stand. Raises UpstreamLost, UpstreamTimeout, UpstreamRubbish."""
        if not self.answered:
            self._head_waiter = self._loop.create_future()
            await self._head_waiter
        if self._fault is not None and not self._headers_done:
            raise self._fault

    def attach(self, sink: Sink) -> None:
        """Hand the body to a sink: what is here now, the rest as it comes."""
        self._sink = sink
        if self._held_back and not self.closed:
            self._held_back = False
            self._transport.resume_reading()
        self._hand_over()

    def pause(self) -> None:
        """Leave the rest of the answer in the kernel for now."""
        if not self.closed and not self._answer_ended:
            self.deadline = NEVER
            self._transport.pause_reading()

    def resume(self) -> None:
        """Read on."""
        if not self.closed and not self._answer_ended:
            self.deadline = self._loop.time() + self._home.options.between_bytes_timeout_s
            self._transport.resume_reading()

    def abort(self) -> None:
        """Give up the exchange: closes the connection at once, which is how an upstream learns of it."""
        self._sink = None
        self.closed = True
        self._transport.abort()

    def fileno(self) -> int:
        """Return the socket's descriptor, -1 where there is none any more."""
        connection = self._transport.get_extra_info("socket")
        return -1 if connection is None else int(connection.fileno())

    def close(self) -> None:
        """Close an unused connection."""
        self.closed = True
        self._transport.close()

    # ── the transport's calls ───────────────────────────────────────────────

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Take the transport."""
        self._transport = transport  # type: ignore[assignment]  # uvloop's transports are not subclasses of asyncio's

    def data_received(self, data: bytes) -> None:
        """Feed the parser, then hand over everything that this read brought, in one piece."""
        if not self.busy:
            # An answer that nobody asked for: this connection cannot be trusted any more.
            self.close()
            return
        self._touch()
        if not self._headers_done:
            self._head_bytes += len(data)
        try:
            self._parser.feed_data(data)
        except (httptools.HttpParserError, httptools.HttpParserUpgrade) as error:
            if not self._answer_ended:
                self._fail(self._fault or UpstreamRubbish(f"The upstream's answer is not valid HTTP: {error}."))
                return
            self._keep_alive = False  # the answer is whole; what stands behind it is nobody's
        if self._headers_done:
            self._hand_over()
        elif self._head_bytes > self._home.options.max_header_bytes:
            self._fail(UpstreamRubbish(HEAD_TOO_LARGE))

    def eof_received(self) -> bool:
        """Take the end of the upstream's side; the transport closes."""
        return False

    def connection_lost(self, exc: Exception | None) -> None:
        """End an answer that lasts until the close, or fail the exchange."""
        self.closed = True
        if self.busy and not self._answer_ended:
            if self._until_close and exc is None:
                self._keep_alive = False
                self.on_message_complete()
                self._hand_over()
            else:
                self._fail(Truncated() if self._headers_done else UpstreamLost())
        self._wake_writer()
        self._home.lost(self)

    def pause_writing(self) -> None:
        """Let the request's writer wait."""
        self._writable = self._loop.create_future()

    def resume_writing(self) -> None:
        """Let it write on."""
        self._wake_writer()
        self._writable = None

    def _wake_writer(self) -> None:
        """Let it look again; whether anything waits to leave is another matter."""
        if self._writable is not None and not self._writable.done():
            self._writable.set_result(None)

    # ── the parser's calls ──────────────────────────────────────────────────

    def on_message_begin(self) -> None:
        """Begin an answer; one behind the answer that was asked for is nobody's, and ends the connection."""
        if self._answer_ended:
            raise UpstreamRubbish

    def on_header(self, name: bytes, value: bytes) -> None:
        """Take a header; those of a trailer are dropped."""
        if not self._headers_done:
            self.headers.append((name, value))

    def on_headers_complete(self) -> None:
        """Take the head of the answer; an interim one (1xx) is passed over."""
        self.status = self._parser.get_status_code()
        if self.status < FIRST_FINAL_STATUS:
            self.headers = []
            if self.status == SWITCHING:
                self._fault = UpstreamRubbish("The upstream switched protocols unasked.")
                raise self._fault
            return
        limit = self._home.options.max_header_bytes
        if self._head_bytes > limit and sum([len(name) + len(value) + 4 for name, value in self.headers]) > limit:
            self._fault = UpstreamRubbish(HEAD_TOO_LARGE)
            raise self._fault
        self._headers_done = True
        self._until_close = self.status not in NO_BODY and FRAMING.isdisjoint([name.lower() for name, _ in self.headers])
        self._wake_head()
        self._wake_writer()

    def on_body(self, data: bytes) -> None:
        """Take a piece of the body; one that answers a HEAD is nobody's."""
        if not self._answer_ended:
            self._pieces.append(data)

    def on_message_complete(self) -> None:
        """End the answer."""
        if not self._headers_done:
            return
        self._answer_ended = True
        # Asked here, while the parser still knows it: once it has moved on it says no, and every connection would be used once.
        self._keep_alive = not self._until_close and self._parser.should_keep_alive()

    def _wake_head(self) -> None:
        if self._without_body:
            self._answer_ended = True
        if self._head_waiter is not None and not self._head_waiter.done():
            self._head_waiter.set_result(None)

    # ── handing over ────────────────────────────────────────────────────────

    def _hand_over(self) -> None:
        sink = self._sink
        if sink is None:
            self._hold_back()
            return
        pieces = self._pieces
        if pieces:
            self._pieces = []
            sink.piece(pieces[0] if len(pieces) == 1 else b"".join(pieces))
        if self._sink is None:
            return  # given up by what the sink did
        if self._answer_ended:
            self._sink = None
            self._finish()
            sink.ended()
        elif self._fault is not None:
            self._sink = None
            sink.failed(self._fault)

    def _hold_back(self) -> None:
        """Nobody takes the body yet: keep a little, leave the rest in the kernel."""
        if not self._held_back and not self.closed and sum(map(len, self._pieces)) > self._home.options.read_buffer_bytes:
            self._held_back = True
            self._transport.pause_reading()

    def _finish(self) -> None:
        """The exchange is over: back to the pool, or closed."""
        self.deadline = NEVER
        sent = self._request_ended and self._writable is None  # else the next request would wait behind the rest of this one
        self.busy = False
        if sent and self._keep_alive and not self.closed:
            self._renew()
            self._home.freed(self)
        elif sent and not self.closed:
            self.close()
        elif not self.closed:
            # At once: what is unsent of a request that was answered early would hold the connection open.
            self.closed = True
            self._transport.abort()

    def _fail(self, fault: Fault) -> None:
        self._fault = fault
        self.unsent = not self._request_ended or self._writable is not None  # it waits: its transport holds more than a little
        self.deadline = NEVER
        if self._head_waiter is not None and not self._head_waiter.done():
            self._head_waiter.set_result(None)
        self._wake_writer()
        if not self.closed:
            self.closed = True
            self._transport.abort()
        sink, self._sink = self._sink, None
        if sink is not None:
            if self._pieces:
                pieces, self._pieces = self._pieces, []
                sink.piece(b"".join(pieces))
            sink.failed(fault)

    # ── time-outs ───────────────────────────────────────────────────────────

    def _touch(self) -> None:
        if self.deadline is not NEVER:
            self.deadline = self._loop.time() + self._home.options.between_bytes_timeout_s

    def expire(self) -> None:
        """The upstream was silent for too long, or the connection was not used for too long."""
        if self.busy:
            self._fail(UpstreamTimeout())
        else:
            self.deadline = NEVER
            self.close()
