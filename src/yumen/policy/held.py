"""The events of an answer that wait: each until its text is final. What needs no change goes on as the bytes that came."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING, NamedTuple

from yumen.claude.members import with_value
from yumen.claude.strings import encoded
from yumen.policy.answer_json import with_strings
from yumen.policy.growing import rewritten
from yumen.policy.halves import joined

if TYPE_CHECKING:
    from collections.abc import Sequence

    from yumen.claude.uncut import Read
    from yumen.policy.answer_json import Path
    from yumen.policy.growing import Change, Growing


class Channel:
    """One text that grows over several events."""

    __slots__ = ("_half", "changes", "growing", "hit")

    def __init__(self, growing: Growing) -> None:
        """Begin with nothing."""
        self.growing = growing
        self.changes: list[Change] = []
        """Final, and not behind us yet."""
        self.hit = False
        """Whether anything was found in it."""
        self._half = ""

    def add(self, text: str, path: Path) -> Part:
        """Take in what an event adds. The first half of a surrogate pair at its end waits: with the other half it is another character."""
        whole = joined(self._half + text) if self._half else text
        self._half = whole[-1] if "\ud800" <= whole[-1:] <= "\udbff" else ""
        if self._half:
            whole = whole[:-1]
        start = self.growing.size
        self._take(self.growing.add(whole))
        return Part(self, start, whole, path, cut=whole != text)

    def end(self) -> None:
        """Nothing follows: all of it is final."""
        self._take(self.growing.add("", last=True))

    def _take(self, changes: Sequence[Change]) -> None:
        if changes:
            self.changes += changes
            self.hit = True


class Part(NamedTuple):
    """What an event adds to a text."""

    channel: Channel
    start: int
    text: str
    path: Path
    """Where it stands in the event's data."""
    cut: bool = False
    """Whether another text stands there than it is."""

    @property
    def final(self) -> bool:
        """Whether nothing of it changes any more."""
        return self.start + len(self.text) <= self.channel.growing.final

    def now(self) -> str:
        """Return how it reads now that it is final. What lies before its end is not asked for again."""
        channel = self.channel
        if not channel.changes:
            return self.text
        end = self.start + len(self.text)
        new = rewritten(self.text, channel.changes, self.start)
        channel.changes = [change for change in channel.changes if change.end > end]
        return new


class Block:
    """A content block of a streamed message, as far as an answer's changes have to do with it."""

    __slots__ = ("channels", "dropped", "index", "type", "waits")

    def __init__(self, index: int, kind: str, *, waits: bool = False) -> None:
        """Begin a block of a type. `waits`: none of it goes on before its end."""
        self.index = index
        self.type = kind
        self.channels: dict[str, Channel] = {}
        self.dropped = False
        self.waits = waits


class Waiting:
    """One event that waits for its turn."""

    __slots__ = ("block", "data", "parts", "raw", "read")

    def __init__(self, raw: bytes, read: Read, data: bytes, block: Block | None = None, parts: Sequence[Part] = ()) -> None:
        """Keep an event, its data as far as they are changed already, the block it belongs to, and what it adds to texts."""
        self.raw = raw
        self.read = read
        self.data = data
        self.block = block
        self.parts = parts

    @property
    def ready(self) -> bool:
        """Whether it may go on."""
        if self.block is not None and self.block.waits and not self.block.dropped:
            return False
        return all(part.final for part in self.parts)

    def bytes_now(self, index: int | None) -> bytes:
        """Return the event as it goes on, with another index where it gets one."""
        texts = [(part, part.now()) for part in self.parts]
        new: dict[Path, bytes] = {part.path: encoded(text) for part, text in texts if part.cut or text != part.text}
        data = with_strings(self.data, new) if new else self.data
        if index is not None and self.block is not None and index != self.block.index:
            data = with_index(data, index)
        return self.raw if data is self.read.data else self.read.with_data(data)


class Queue:
    """Events in the order in which they came; a block that is dropped leaves no gap among the indices of those that stay."""

    __slots__ = ("_dropped", "_waiting")

    def __init__(self) -> None:
        """Begin with none."""
        self._waiting: deque[Waiting] = deque()
        self._dropped: list[int] = []

    def __bool__(self) -> bool:
        """Tell whether anything waits."""
        return bool(self._waiting)

    @property
    def renumbers(self) -> bool:
        """Whether a block was dropped, so that others have other indices."""
        return bool(self._dropped)

    def put(self, waiting: Waiting) -> None:
        """Take an event."""
        self._waiting.append(waiting)

    def drop(self, block: Block) -> None:
        """Let none of a block's events go on."""
        if not block.dropped:
            block.dropped = True
            self._dropped.append(block.index)
            self._waiting = deque(each for each in self._waiting if each.block is not block)

    def clear(self) -> None:
        """Forget what waits."""
        self._waiting.clear()

    def released(self) -> bytes:
        """Return what may go on now."""
        out = []
        while self._waiting and self._waiting[0].ready:
            each = self._waiting.popleft()
            out.append(each.bytes_now(None if each.block is None else self._index(each.block)))
        return b"".join(out)

    def _index(self, block: Block) -> int:
        return block.index - sum(index < block.index for index in self._dropped)


def with_index(data: bytes, index: int) -> bytes:
    """Return an event's data with another index."""
    return with_value(data, "index", b"%d" % index)
