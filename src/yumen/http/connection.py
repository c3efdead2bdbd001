"""One caller's connection: requests are taken in, queued, handled one after the other, and answered in order."""

from __future__ import annotations

import asyncio
from collections import deque
from typing import TYPE_CHECKING

from yumen.errors import CallerLeft, Fault, Internal, Overloaded, RequestTimeout, ShuttingDown
from yumen.http.deadlines import NEVER
from yumen.http.intake import Intake
from yumen.http.reply import Reply

if TYPE_CHECKING:
    from yumen.http.host import Host
    from yumen.http.request import Request

MAX_QUEUED = 16
"""Pipelined requests that may wait; above it the connection is not read."""
LINGER_S = 5.0
"""How long the rest of a refused body is read and thrown away, so that its sender sees the refusal and not a reset."""
SHUTDOWN = "shutdown"
"""The message with which a handler is cancelled when the server stops, rather than because its caller left."""


class ServerConnection(asyncio.Protocol):
    """The protocol of one accepted connection."""

    __slots__ = (
        "_broken",
        "_counted",
        "_current",
        "_deserted",
        "_drain_waiter",
        "_fault",
        "_host",
        "_incoming",
        "_intake",
        "_loop",
        "_options",
        "_paused_reading",
        "_paused_writing",
        "_peer",
        "_queue",
        "_reply",
        "_task",
        "_transport",
        "deadline",
    )

    def __init__(self, host: Host, loop: asyncio.AbstractEventLoop) -> None:
        """Belong to a server."""
        self._host = host
        self._options = host.options
        self._loop = loop
        self._transport: asyncio.Transport = None  # type: ignore[assignment]  # set by connection_made, before anything else runs
        self._peer = ""
        self._counted = False
        self._intake = Intake(self, host.options)
        self._queue: deque[Request] = deque()
        self._incoming: Request | None = None
        self._current: Request | None = None
        self._reply: Reply | None = None
        self._task: asyncio.Task[None] | None = None
        self._fault: Fault | None = None
        self._broken = False
        self._deserted = False
        self._paused_reading = False
        self._paused_writing = False
        self._drain_waiter: asyncio.Future[None] | None = None
        self.deadline = NEVER

    # ── the transport's calls ───────────────────────────────────────────────

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin, or refuse where there are too many connections."""
        assert isinstance(transport, asyncio.Transport) or hasattr(transport, "write")  # noqa: S101  (uvloop's are not subclasses)
        self._transport = transport  # type: ignore[assignment]
        peername = transport.get_extra_info("peername")
        self._peer = peername[0] if isinstance(peername, tuple) else ""
        transport.set_write_buffer_limits(high=self._options.write_buffer_bytes)  # type: ignore[attr-defined]
        self._host.deadlines.add(self)
        self._counted = self._host.joined(self, self._peer)
        if not self._counted:
            self._refuse(Overloaded("Overloaded: too many connections."))
        elif self._host.draining:
            self._refuse(ShuttingDown())
        else:
            self._wait(self._options.idle_timeout_s)

    def data_received(self, data: bytes) -> None:
        """Take the caller's bytes in; the requests that they make arrive in `request_came` and what follows it."""
        if self._broken or self._fault is not None:
            return  # nobody knows what it would be
        if self._incoming is None and self._current is None and not self._intake.in_head:
            self._wait(self._options.header_timeout_s)
        fault = self._intake.feed(data)
        if fault is not None:
            self._break(fault)

    def eof_received(self) -> bool:
        """Take the caller's end as its leaving: what is under way is given up at once."""
        if self._task is not None:
            self._transport.abort()
        return False

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002  (the protocol's signature)
        """Give up what is under way, unless its answer is wanted all the same."""
        self._broken = True
        slow, self._paused_writing = self._paused_writing, False
        if self._task is not None and self._reply is not None and self._reply.leave(slow=slow):
            self._deserted = True
            self._host.deserted(self)
        self._host.deadlines.discard(self)
        if self._counted:
            self._host.left(self, self._peer)
        self._queue.clear()
        fault = CallerLeft()
        if self._incoming is not None:
            self._incoming.fail(fault)
        self._wake_drained()
        if self._task is not None and not self._deserted:
            self._task.cancel()

    def pause_writing(self) -> None:
        """Tell the reply that its caller is slow."""
        self._wait(self._options.write_timeout_s)
        self._paused_writing = True
        if self._reply is not None and self._reply.on_pause is not None:
            self._reply.on_pause()

    def resume_writing(self) -> None:
        """Tell the reply that its caller has caught up."""
        self._paused_writing = False
        self._wait(LINGER_S if self._broken else NEVER if self._current is not None else self._options.idle_timeout_s)
        self._wake_drained()
        if self._reply is not None and self._reply.on_resume is not None:
            self._reply.on_resume()

    # ── the intake's calls ──────────────────────────────────────────────────

    def request_came(self, request: Request) -> None:
        """Begin a request, or queue it behind the current one."""
        if self._broken:
            return  # it stands behind the last one, in the same read
        request.peer = self._peer
        request.budget = self._options.budget
        self._incoming = request
        if self._current is None:
            self._begin(request)
        else:
            self._queue.append(request)
            if len(self._queue) >= MAX_QUEUED:
                self._pause_reading()

    def piece_came(self, piece: bytes) -> None:
        """Take a piece of a body."""
        request = self._incoming
        if request is not None:
            request.feed(piece)
            if request is self._current and self.deadline is not NEVER:
                self._wait(self._options.body_timeout_s)

    def request_ended(self) -> None:
        """End the body."""
        request, self._incoming = self._incoming, None
        if request is None:
            return
        request.finish()
        if request is self._current and self._reply is not None:
            self._reply.whole = True
            self._wait(NEVER)

    # ── requests, one after the other ───────────────────────────────────────

    def _begin(self, request: Request) -> None:
        self._current = request
        keep_alive = request.keep_alive and not (self._host.draining or self._host.leaving)
        self._reply = Reply(self, keep_alive=keep_alive, head_only=request.method == "HEAD", chunked=request.version == "1.1")
        self._reply.whole = request.ended
        self._wait(NEVER)
        self._task = self._loop.create_task(self._handle(request, self._reply))

    async def _handle(self, request: Request, reply: Reply) -> None:
        """Run the handler; whatever it does, its caller gets an answer or a cut connection."""
        clean = False
        try:
            await self._host.handler(request, reply)
            clean = True
        except Fault as fault:
            self._answer_fault(reply, fault)
            clean = True
        except asyncio.CancelledError as cancelled:
            if self._broken or SHUTDOWN not in cancelled.args:
                raise
            self._answer_fault(reply, ShuttingDown())
            clean = True
        finally:
            self._task = None
            request.release()
            if self._deserted:
                self._host.forgotten(self)
            if not self._broken and not (clean and reply.ended):
                # An error that nobody foresaw, or no answer at all.
                reply.close_after()
                self._answer_fault(reply, Internal())
                self._hang_up()
        self._settle(request)

    def _answer_fault(self, reply: Reply, fault: Fault) -> None:
        if self._broken or reply.ended:
            return
        if reply.started:
            reply.abort()
        else:
            reply.send(*self._options.refuse(fault))

    def reply_ended(self) -> None:
        """Note that the reply is whole; the next request begins when its handler has returned too."""

    def _settle(self, request: Request) -> None:
        """After an answer: begin the next request, or hang up on a body that nobody wanted to its end."""
        if self._broken:
            return
        if request.ended:
            self._next()
        else:
            request.discard()
            self._hang_up()

    def _next(self) -> None:
        """Begin the next queued request, wait for one, or close."""
        keep = self._reply is not None and self._reply.keep_alive and not self._host.draining
        self._current = self._reply = None
        if not keep:
            self._close()
        elif self._queue:
            self._begin(self._queue.popleft())
            self._resume_reading()
        elif self._fault is not None:
            self._refuse(self._fault)
        else:
            self._resume_reading()
            self._wait(self._options.header_timeout_s if self._intake.in_head else self._options.idle_timeout_s)

    # ── what requests and replies ask ───────────────────────────────────────

    def write(self, data: bytes) -> None:
        """Hand bytes to the transport."""
        if not self._broken:
            self._transport.write(data)

    def cut(self) -> None:
        """Close the connection at once."""
        self._broken = True
        self._transport.abort()

    async def drained(self) -> None:
        """Wait while more is unsent than should be."""
        while self._paused_writing and not self._broken:
            self._drain_waiter = self._loop.create_future()
            await self._drain_waiter

    def _wake_drained(self) -> None:
        if self._drain_waiter is not None and not self._drain_waiter.done():
            self._drain_waiter.set_result(None)

    def new_waiter(self) -> asyncio.Future[None]:
        """Make a future of this loop."""
        return self._loop.create_future()

    def body_wanted(self) -> None:
        """Say `100 Continue` where it was asked for, read on, and let the body's time-out run."""
        request = self._current
        if request is not None and request is self._incoming:
            expect = request.head.fields.get(b"expect")
            if expect is not None and expect.lower() == b"100-continue":
                self._continue(request)
            self._wait(self._options.body_timeout_s)
        self._resume_reading()

    def _continue(self, request: Request) -> None:
        """Say it once, to those who know it, and not inside an answer."""
        if not request.continued and request.version == "1.1" and self._reply is not None and not self._reply.started:
            request.continued = True
            self._transport.write(b"HTTP/1.1 100 Continue\r\n\r\n")

    def body_flooded(self) -> None:
        """Stop reading until somebody reads the body; it has no time-out meanwhile."""
        self._pause_reading()
        if self._incoming is self._current:
            self._wait(NEVER)

    def _pause_reading(self) -> None:
        if not self._paused_reading and not self._broken:
            self._paused_reading = True
            self._transport.pause_reading()

    def _resume_reading(self) -> None:
        if self._paused_reading and not self._broken:
            self._paused_reading = False
            self._transport.resume_reading()

    # ── ends ────────────────────────────────────────────────────────────────

    def _wait(self, seconds: float) -> None:
        if not self._paused_writing:  # while an answer is not taken, its time-out runs
            self.deadline = NEVER if seconds is NEVER else self._loop.time() + seconds

    def expire(self) -> None:
        """A time-out: which one follows from where the connection stands."""
        self.deadline = NEVER
        if self._paused_writing:
            self.cut()
        elif self._task is not None and self._incoming is not None and self._incoming is self._current:
            self._incoming.fail(RequestTimeout())
        elif self._intake.in_head and self._current is None:
            self._break(RequestTimeout())
        elif self._transport.is_closing():
            self.cut()
        else:
            self._close()

    def _break(self, fault: Fault) -> None:
        """Answer what cannot be read as HTTP, after the answers that are owed, and close: nobody knows where the next request begins."""
        self._fault = fault
        if self._incoming is not None:
            self._incoming.fail(fault)  # it is answered, or refused, in its turn
        elif self._current is None:
            self._refuse(fault)

    def _refuse(self, fault: Fault) -> None:
        self._host.refused += 1
        reply = Reply(self, keep_alive=False, head_only=False, chunked=False)
        reply.send(*self._options.refuse(fault))
        self._hang_up()

    def _hang_up(self) -> None:
        """Close so that the caller can read what was written: say that no more comes, and drop what it still sends, for a while."""
        if self._broken:
            return
        self._resume_reading()
        self._broken = True
        self._wait(LINGER_S)
        if not self._counted:
            self._close()
        elif self._transport.can_write_eof():
            self._transport.write_eof()
        elif self._incoming is None:
            self._close()  # TLS waits for the other side by itself

    def _close(self) -> None:
        """Close when all that was written has left, for which there is a time."""
        self._broken = True
        self._wait(self._options.write_timeout_s)
        self._transport.close()

    def shut_down(self) -> None:
        """Close when idle; otherwise after the current answer."""
        if self._task is None:
            self._close()
        elif self._reply is not None and not self._reply.started:
            self._reply.close_after()

    def interrupt(self) -> None:
        """Give up the current answer because the server stops."""
        if self._task is not None:
            self._task.cancel(SHUTDOWN)
        elif not self._broken:
            self.cut()
