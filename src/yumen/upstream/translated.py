"""An answer that is read here first and goes on as Claude would have given it: other frames, or errors of another shape."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from yumen.errors import Fault, Truncated

if TYPE_CHECKING:
    from collections.abc import Callable

    from yumen.exchange import Answering
    from yumen.http import Headers, Sink

MAX_ERROR_BYTES = 64 * 1024
"""Of a longer error body the rest is dropped, and it is told by its status alone."""


class Translation(Protocol):
    """Turns a body into another as it comes."""

    def feed(self, data: bytes) -> bytes:
        """Return what the next bytes come to. Raises UpstreamRubbish."""

    def end(self) -> bytes:
        """Return what is left at the end. Raises Truncated where the end came too early."""


class Translated:
    """The answer. It lets go of the connection when that is done, which may serve another exchange from then on."""

    __slots__ = ("_answer", "_sink", "_translation", "headers", "status")

    def __init__(self, answer: Answering, status: int, headers: Headers, translation: Translation) -> None:
        """Give that status and these headers; the body goes through the translation."""
        self._answer: Answering | None = answer
        self.status = status
        self.headers = headers
        self._translation = translation
        self._sink: Sink | None = None

    def attach(self, sink: Sink) -> None:
        """Hand the body to a sink: what is here now, the rest as it comes."""
        self._sink = sink
        if self._answer is not None:
            self._answer.attach(self)

    def pause(self) -> None:
        """Leave the rest in the kernel for now."""
        if self._answer is not None:
            self._answer.pause()

    def resume(self) -> None:
        """Read on."""
        if self._answer is not None:
            self._answer.resume()

    def abort(self) -> None:
        """Give it up."""
        self._sink = None
        answer, self._answer = self._answer, None
        if answer is not None:
            answer.abort()

    # ── the connection's calls ──────────────────────────────────────────────

    def piece(self, data: bytes) -> None:
        """Take the next bytes."""
        try:
            out = self._translation.feed(data)
        except Fault as fault:
            sink = self._sink
            self.abort()
            if sink is not None:
                sink.failed(fault)
            return
        if out and self._sink is not None:
            self._sink.piece(out)

    def ended(self) -> None:
        """Take the end."""
        self._answer = None
        try:
            out = self._translation.end()
        except Fault as fault:
            self.failed(fault)
            return
        if out and self._sink is not None:
            self._sink.piece(out)
        sink, self._sink = self._sink, None
        if sink is not None:
            sink.ended()

    def failed(self, fault: Fault) -> None:
        """Take the fault."""
        self._answer = None
        sink, self._sink = self._sink, None
        if sink is not None:
            sink.failed(fault)


class ErrorBody:
    """Keeps an error's body until its end, and says it in Claude's shape."""

    __slots__ = ("_pieces", "_say", "_size")

    def __init__(self, say: Callable[[bytes], bytes]) -> None:
        """Say it by that function; it gets nothing where the body is too long."""
        self._say = say
        self._pieces: list[bytes] = []
        self._size = 0

    def feed(self, data: bytes) -> bytes:
        """Keep the bytes."""
        self._size += len(data)
        if self._size <= MAX_ERROR_BYTES:
            self._pieces.append(data)
        else:
            self._pieces.clear()
        return b""

    def end(self) -> bytes:
        """Return the error. Raises Truncated where there is nothing to be said."""
        said = self._say(b"".join(self._pieces))
        if not said:
            raise Truncated
        return said


class Whole:
    """An answer that is here from its head to its end; no connection is behind it."""

    __slots__ = ("_body", "headers", "status")

    def __init__(self, status: int, headers: Headers, body: bytes) -> None:
        """Answer so."""
        self.status = status
        self.headers = headers
        self._body = body

    def attach(self, sink: Sink) -> None:
        """Hand all of it to a sink."""
        sink.piece(self._body)
        sink.ended()

    def pause(self) -> None:
        """Do nothing: all of it was handed over."""

    def resume(self) -> None:
        """Do nothing."""

    def abort(self) -> None:
        """Do nothing."""


def kept_headers(received: Headers, but: frozenset[bytes], prefixes: tuple[bytes, ...]) -> Headers:
    """Return an answer's headers without those names (in lower case) and those that begin so."""
    return [pair for pair in received if (name := pair[0].lower()) not in but and not name.startswith(prefixes)]
