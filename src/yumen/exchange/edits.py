"""Changes of an answer on its way: only where a feature needs one. An answer without an edit passes byte for byte."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from yumen.claude.sse import event

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence


class StreamEdit(Protocol):
    """Changes a stream of events, or of JSON lines, as it flows. Once the message has ended nothing here raises any more."""

    def feed(self, data: bytes) -> bytes:
        """Return what goes on for the next bytes, whole events but where one is very long. Raises the Fault that ends the answer."""

    def end(self) -> bytes:
        """Return what is left when the upstream has ended."""

    def error(self, body: bytes) -> bytes:
        """Return what ends a stream which cannot go on, for an error in Claude's shape."""


class Edit(Protocol):
    """How one answer is changed."""

    def stream(self) -> StreamEdit | None:
        """Return the change of an event stream, None where it passes as it is."""

    async def whole(self, status: int, body: bytes) -> bytes:
        """Return the changed body of a plain answer, errors included. Raises the Fault that ends it."""


class Chained:
    """Several changes of one stream, each of what the one before makes."""

    __slots__ = ("_edits",)

    def __init__(self, edits: Sequence[StreamEdit]) -> None:
        """Begin with the first of at least one."""
        self._edits = edits

    def feed(self, data: bytes) -> bytes:
        """Return what the last makes of it. Raises what one of them raises."""
        for edit in self._edits:
            data = edit.feed(data)
        return data

    def end(self) -> bytes:
        """End each after the one before."""
        data = b""
        for edit in self._edits:
            data = (edit.feed(data) if data else b"") + edit.end()
        return data

    def error(self, body: bytes) -> bytes:
        """End as the last does: it alone speaks to the caller."""
        return self._edits[-1].error(body)


class HeardStream:
    """No change: somebody hears the stream at this point of its way."""

    __slots__ = ("_hear",)

    def __init__(self, hear: Callable[[bytes], None]) -> None:
        """Let it hear every byte that passes."""
        self._hear = hear

    def feed(self, data: bytes) -> bytes:
        """Return the same bytes."""
        self._hear(data)
        return data

    def end(self) -> bytes:
        """Return nothing."""
        return b""

    def error(self, body: bytes) -> bytes:
        """Return the event of Claude's own streams."""
        return event("error", body)
