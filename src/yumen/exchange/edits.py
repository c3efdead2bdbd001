"""Changes of an answer on its way: only where a feature needs one. An answer without an edit passes byte for byte."""

from __future__ import annotations

from typing import Protocol


class StreamEdit(Protocol):
    """Changes a stream of events as it flows."""

    def feed(self, data: bytes) -> bytes:
        """Return what goes to the caller for the next bytes of the upstream."""

    def end(self) -> bytes:
        """Return what is left when the upstream has ended."""

    def error(self, body: bytes) -> bytes:
        """Return the event that ends a stream which cannot go on, from the error in Claude's shape."""


class Edit(Protocol):
    """How one answer is changed."""

    def stream(self) -> StreamEdit | None:
        """Return the change of an event stream, None where it passes as it is."""

    async def whole(self, status: int, body: bytes) -> bytes:
        """Return the changed body of a plain answer, errors included."""
