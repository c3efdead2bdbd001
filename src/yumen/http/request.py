"""A request as the listening side got it: its head, and its body as it arrives."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from yumen.errors import Overloaded, TooLarge

if TYPE_CHECKING:
    import asyncio
    from collections.abc import AsyncIterator

    from yumen.errors import Fault
    from yumen.http.budget import ByteBudget
    from yumen.http.head import Head
    from yumen.http.headers import Headers

UNREAD_BYTES = 64 * 1024
"""Above this, a body that nobody reads yet is left in the kernel."""


class BodySource(Protocol):
    """What a body asks of its connection."""

    def body_wanted(self) -> None:
        """Somebody waits for the body: say `100 Continue` where it was asked for, and read on."""

    def body_flooded(self) -> None:
        """More has come than is read: stop reading."""

    def new_waiter(self) -> asyncio.Future[None]:
        """Make a future of the connection's loop."""


class Request:
    """One request. `path` and `query` are undecoded text, `target` the bytes as sent."""

    __slots__ = (
        "_ended",
        "_fault",
        "_flooded",
        "_pieces",
        "_source",
        "_unread_bytes",
        "_waiter",
        "budget",
        "chunked",
        "continued",
        "head",
        "held_bytes",
        "keep_alive",
        "length",
        "method",
        "path",
        "peer",
        "query",
        "target",
        "version",
    )

    def __init__(self, method: str, target: bytes, version: str, head: Head, source: BodySource) -> None:
        """Make a request of a parsed head."""
        self.method = method
        self.version = version
        self.head = head
        self.aim(target)
        self.peer = ""
        self.keep_alive = True
        self.length: int | None = None
        """What `Content-Length` says, None: not said."""
        self.chunked = False
        self.continued = False
        """Whether `100 Continue` was said."""
        self.budget: ByteBudget | None = None
        self.held_bytes = 0
        self._source = source
        self._pieces: list[bytes] = []
        self._unread_bytes = 0
        self._flooded = False
        self._ended = False
        self._fault: Fault | None = None
        self._waiter: asyncio.Future[None] | None = None

    def aim(self, target: bytes) -> None:
        """Take a target: path and query."""
        self.target = target
        self.path, _, self.query = target.decode("latin-1").partition("?")

    def header(self, name: bytes) -> bytes | None:
        """Return a header's value (name in lower case), None where it is missing."""
        return self.head.fields.get(name)

    @property
    def headers(self) -> Headers:
        """The headers as received, but for `Content-Length`, which is `length`."""
        return self.head.headers

    @property
    def ended(self) -> bool:
        """Whether the whole body has arrived."""
        return self._ended

    async def read(self, limit: int) -> bytes:
        """Return the whole body. Raises TooLarge beyond the limit, Overloaded beyond the budget, CallerLeft, RequestTimeout."""
        if self.length is not None:
            self.hold(self.length, limit)
        while not self._ended:
            if self.length is None:
                self.hold(self._unread_bytes - self.held_bytes, limit)
            await self._more()
        if self.length is None:
            self.hold(self._unread_bytes - self.held_bytes, limit)
        pieces, self._pieces, self._unread_bytes = self._pieces, [], 0
        return pieces[0] if len(pieces) == 1 else b"".join(pieces)

    async def pieces(self, limit: int) -> AsyncIterator[bytes]:
        """Yield the body as it arrives, never holding much of it. Raises as `read` does."""
        if self.length is not None and self.length > limit:
            raise TooLarge
        total = 0
        while True:
            pieces, self._pieces, self._unread_bytes = self._pieces, [], 0
            for piece in pieces:
                total += len(piece)
                if total > limit:
                    raise TooLarge
                yield piece
            if self._pieces:
                continue
            if self._ended:
                return
            await self._more()

    def put_back(self, body: bytes) -> None:
        """Put a body back that was read whole, for whoever reads it next."""
        self.release()
        self._pieces, self._unread_bytes = [body], len(body)

    def release(self) -> None:
        """Give back what the body took of the budget."""
        if self.budget is not None:
            self.budget.give(self.held_bytes)
        self.held_bytes = 0

    def hold(self, count: int, limit: int) -> None:
        """Take so many bytes more of the budget, until the request ends. Raises TooLarge beyond the limit, Overloaded beyond the budget."""
        if self.held_bytes + count > limit:
            raise TooLarge
        if self.budget is not None and not self.budget.take(count):
            raise Overloaded
        self.held_bytes += count

    async def _more(self) -> None:
        """Wait for the next piece, or the end."""
        if self._fault is not None:
            raise self._fault
        self._flooded = False
        self._waiter = self._source.new_waiter()
        self._source.body_wanted()
        try:
            await self._waiter
        finally:
            self._waiter = None
        if self._fault is not None:
            raise self._fault

    # ── what the connection calls ───────────────────────────────────────────

    def feed(self, piece: bytes) -> None:
        """Take a piece of the body."""
        self._pieces.append(piece)
        self._unread_bytes += len(piece)
        self._wake()
        if self._unread_bytes > UNREAD_BYTES and not self._flooded:
            self._flooded = True
            self._source.body_flooded()

    def finish(self) -> None:
        """Note that the body has ended."""
        self._ended = True
        self._wake()

    def fail(self, fault: Fault) -> None:
        """Note that the rest of the body will not come."""
        if not self._ended:
            self._fault = fault
            self._wake()

    def discard(self) -> None:
        """Forget what was not read."""
        self._pieces.clear()
        self._unread_bytes = 0

    def _wake(self) -> None:
        if self._waiter is not None and not self._waiter.done():
            self._waiter.set_result(None)
