"""What the spine asks of a request that is a turn of a stored conversation: to hear its answer, and to say when it is stored."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Callable

    from yumen.errors import Fault
    from yumen.exchange.passages import Passage

    Hear = Callable[[bytes], None]


class Turn(Protocol):
    """One turn that is under way."""

    stored: asyncio.Future[None] | None
    """The end of storing it; None before the close. The answer's last bytes wait for it, within a time-out."""

    def listen(self, *, stream: bool) -> Hear:
        """Begin to hear an answer, and return what takes its bytes."""


class Overheard:
    """The passage of an answer whose bytes are heard on their way, as they came."""

    __slots__ = ("_hear", "_passage")

    def __init__(self, passage: Passage, hear: Hear) -> None:
        """Let them pass as that passage does."""
        self._passage = passage
        self._hear = hear

    @property
    def complete(self) -> bool:
        """As the passage says."""
        return self._passage.complete

    def take(self, data: bytes) -> bytes:
        """Hear the bytes, and return what goes on."""
        self._hear(data)
        return self._passage.take(data)

    def rest(self) -> bytes:
        """Return what was withheld."""
        return self._passage.rest()

    def broken(self, fault: Fault, request_id: str) -> bytes | None:
        """End as the passage does."""
        return self._passage.broken(fault, request_id)
