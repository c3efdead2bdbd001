"""What of an answer goes on at once, and what is withheld until it is written down. Pure: bytes in, bytes out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from yumen.claude import error_body, error_event
from yumen.errors import UpstreamRubbish

if TYPE_CHECKING:
    from collections.abc import Callable

    from yumen.claude import Tap
    from yumen.errors import Fault
    from yumen.exchange.edits import StreamEdit

MAX_PARTIAL_BYTES = 64 * 1024
"""A longer event passes in pieces: it is not kept until its end."""
MAX_WHOLE_BYTES = 32 * 1024 * 1024
"""A plain answer that must be changed may be this long."""
NOT_JSON = "The upstream's answer is not the JSON object that it should be."


class Passage(Protocol):
    """The way of one answer's bytes."""

    @property
    def complete(self) -> bool:
        """Whether the answer's own end was seen before the connection's."""

    def take(self, data: bytes) -> bytes:
        """Take the next bytes of the upstream; return what goes to the caller now."""

    def rest(self) -> bytes:
        """Return what was withheld."""

    def broken(self, fault: Fault, request_id: str) -> bytes | None:
        """Return how an answer that cannot go on ends in the caller's protocol; None: the connection must be cut."""


class Plain:
    """A plain answer: the last bytes known are withheld, what stood before them goes on."""

    __slots__ = ("_held", "_tap", "complete")

    def __init__(self, tap: Tap | None) -> None:
        """Read along with a tap."""
        self._tap = tap
        self._held = b""
        self.complete = False

    def take(self, data: bytes) -> bytes:
        """Return what was the last until now. Raises UpstreamRubbish at once where it cannot become an answer."""
        if self._tap is not None:
            self._tap.feed(data)
            if self._tap.rubbish:
                raise UpstreamRubbish(NOT_JSON)
        passing, self._held = self._held, data
        return passing

    def rest(self) -> bytes:
        """Return the last bytes."""
        held, self._held = self._held, b""
        return held

    def broken(self, fault: Fault, request_id: str) -> bytes | None:  # noqa: ARG002  (the protocol's signature)
        """Cut: nobody may take what was sent for the whole."""
        return None


class Live:
    """A stream whose events are not told apart here (compressed, or of a kind that nobody reads): all of it goes on at once.

    What is withheld is the end alone, so it must be of unknown length.
    """

    __slots__ = ("_tap", "complete")

    def __init__(self, tap: Tap | None) -> None:
        """Read along with a tap."""
        self._tap = tap
        self.complete = False

    def take(self, data: bytes) -> bytes:
        """Return the same bytes."""
        if self._tap is not None:
            self._tap.feed(data)
        return data

    def rest(self) -> bytes:
        """Return nothing: it has gone on."""
        return b""

    def broken(self, fault: Fault, request_id: str) -> bytes | None:  # noqa: ARG002  (the protocol's signature)
        """Cut: nobody may take what was sent for the whole."""
        return None


class Whole:
    """A plain answer that must be changed: all of it is withheld, within a limit."""

    __slots__ = ("_pieces", "_size", "_tap", "complete")

    def __init__(self, tap: Tap | None) -> None:
        """Read along with a tap."""
        self._tap = tap
        self._pieces: list[bytes] = []
        self._size = 0
        self.complete = False

    def take(self, data: bytes) -> bytes:
        """Keep the bytes. Raises UpstreamRubbish beyond the limit."""
        if self._tap is not None:
            self._tap.feed(data)
        self._size += len(data)
        if self._size > MAX_WHOLE_BYTES:
            raise UpstreamRubbish("The upstream's answer is too long to be changed as it must be.")
        self._pieces.append(data)
        return b""

    def rest(self) -> bytes:
        """Return the whole."""
        pieces, self._pieces = self._pieces, []
        return b"".join(pieces)

    def broken(self, fault: Fault, request_id: str) -> bytes | None:  # noqa: ARG002  (the protocol's signature)
        """Cut, where anything was sent at all."""
        return None


class Flow:
    """A plain answer that is changed as it flows, such as lines of JSON: the last bytes that came of it are withheld."""

    __slots__ = ("_edit", "_held", "_tap", "complete")

    def __init__(self, tap: Tap | None, edit: StreamEdit) -> None:
        """Read along with a tap, and change it so."""
        self._tap = tap
        self._edit = edit
        self._held = b""
        self.complete = False

    def take(self, data: bytes) -> bytes:
        """Return what was the last until now, where something follows it. Raises the fault of the edit."""
        if self._tap is not None:
            self._tap.feed(data)
        changed = self._edit.feed(data)
        if not changed:
            return b""
        passing, self._held = self._held, changed
        return passing

    def finish(self) -> None:
        """Take the end in, before the answer is written down. Raises the fault of the edit."""
        self._held += self._edit.end()

    def rest(self) -> bytes:
        """Return what was withheld."""
        held, self._held = self._held, b""
        return held

    def broken(self, fault: Fault, request_id: str) -> bytes | None:  # noqa: ARG002  (the protocol's signature)
        """Cut: nobody may take what was sent for the whole."""
        return None


class Events:
    """A stream of events: each goes on when it is whole; from the event that ends the message on, they are withheld.

    An event that came in part is kept until its blank line: a stream that breaks inside it can still end in a clean error.
    """

    __slots__ = ("_edit", "_held", "_partial", "_tap", "_torn")

    def __init__(self, tap: Tap, edit: StreamEdit | None) -> None:
        """Read along with a tap, and change events on their way where there is an edit."""
        self._tap = tap
        self._edit = edit
        self._partial = b""
        self._held = b""
        self._torn = False

    @property
    def complete(self) -> bool:
        """Whether the message has ended."""
        return self._tap.complete

    def take(self, data: bytes) -> bytes:
        """Return the events that are whole now, but from the message's end on."""
        was_complete = self._tap.complete
        self._tap.feed(data)
        passing = self._aligned(data)
        if self._edit is not None:
            passing = self._edit.feed(passing)
        if not was_complete and not self._tap.complete:
            return passing
        self._held += passing
        return b""

    def _aligned(self, data: bytes) -> bytes:
        """Return the bytes up to the last blank line."""
        if self._partial:
            data = self._partial + data
        if data.endswith(b"\n\n"):
            self._partial = b""
            return data
        # Whatever the line ends are, a blank line contains one of these; after a `\r`, the other half of its line end may follow.
        end = max(data.rfind(b"\n\n"), data.rfind(b"\n\r"), data.rfind(b"\r\r")) + 2
        if end < 2 and len(data) <= MAX_PARTIAL_BYTES:  # noqa: PLR2004  (none of the three was found)
            self._partial = data
            return b""
        if data[end - 1 : end + 1] == b"\r\n":
            end += 1
        if len(data) - end > MAX_PARTIAL_BYTES:
            end = len(data)
            self._torn = True
        self._partial = data[end:]
        return data[:end]

    def rest(self) -> bytes:
        """Return the message's last event and all that came after it."""
        held = self._held
        if self._tap.complete:
            partial, self._partial = self._partial, b""
            held += self._edit.feed(partial) + self._edit.end() if self._edit is not None else partial
        self._held = b""
        return held

    def broken(self, fault: Fault, request_id: str) -> bytes | None:
        """End in an `error` event; none where the upstream has sent one itself."""
        if self._tap.error_type is not None:
            return b""
        if self._edit is not None:
            return self._edit.error(error_body(fault.error_type, fault.message, request_id))
        return (b"\n\n" if self._torn else b"") + error_event(fault.error_type, fault.message, request_id)


class Overheard:
    """The passage of an answer whose bytes are heard on their way, as they came."""

    __slots__ = ("_hear", "_passage")

    def __init__(self, passage: Passage, hear: Callable[[bytes], None]) -> None:
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
