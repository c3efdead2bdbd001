"""The journal: what happened, on this machine's disk, before anyone is told; a full disk stops new work and loses no end."""

from __future__ import annotations

import logging
from collections import deque
from contextlib import suppress
from enum import StrEnum
from typing import TYPE_CHECKING

from yumen.errors import LedgerUnavailable
from yumen.ledger.lines import MAX_LINE_BYTES, entry_line, opened_line
from yumen.ledger.segment import Segment, adopt_segment, make_segment, segment_paths

if TYPE_CHECKING:
    from pathlib import Path

    from yumen.clock import Clock
    from yumen.ledger.entry import Entry, Opened

log = logging.getLogger("yumen.ledger")

SEGMENT_BYTES = 16 << 20
RETRY_NS = 1_000_000_000
"""How long a disk that had no room is left alone: asking it costs more than a request does."""
MAX_OWED = 10_000


class OnFull(StrEnum):
    """What to do with new work when the journal has no room."""

    REFUSE = "refuse"
    """Answer 529: nothing goes unwritten."""
    SERVE = "serve"
    """Serve on; what could not be written is counted."""


class Journal:
    """Append-only files in one folder. A line written survives the death of the process at any moment (not of the machine).

    The current segment always has room for one longest line of every open exchange, so that an end can always be written:
    that is checked when an exchange opens, the one moment at which it can still be refused.
    """

    def __init__(self, folder: Path, clock: Clock, *, on_full: OnFull = OnFull.REFUSE, segment_bytes: int = SEGMENT_BYTES) -> None:
        """Name the folder; `start` opens it."""
        self.segments: dict[str, Segment] = {}
        """Every segment that is on the disk, oldest first; the last one is written to."""
        self.unwritten = 0
        """Entries that were given up because there was no room: refusals, and what was served with `on_full = serve`."""
        self._folder = folder
        self._clock = clock
        self._on_full = on_full
        self._segment_bytes = segment_bytes
        self._current: Segment | None = None
        self._open: dict[str, Segment] = {}
        self._owed: deque[bytes] = deque()
        self._retry_ns = 0
        self._failed = False

    def start(self) -> list[Segment]:
        """Adopt what earlier processes left, make a segment of our own if the disk allows, and return the adopted ones.

        Each adopted segment is held until `recover` has looked at it.
        """
        adopted = [adopt_segment(path) for path in segment_paths(self._folder)]
        for segment in adopted:
            segment.holds = 1
            self.segments[segment.name] = segment
        self._roll(0)
        return adopted

    def open_exchange(self, opened: Opened) -> None:
        """Write that a request is being sent and keep room for its end; raise `LedgerUnavailable` where there is none.

        Of an exchange that is open, the new line stands for the old one.
        """
        line = opened_line(opened)
        if not self._owed or self.pay():
            segment = self._write(line, MAX_LINE_BYTES)
            if segment is not None:
                earlier = self._open.get(opened.request_id)
                if earlier is not None:
                    earlier.holds -= 1
                segment.holds += 1
                self._open[opened.request_id] = segment
                return
        if self._on_full is OnFull.REFUSE:
            raise LedgerUnavailable

    def close(self, entry: Entry) -> bool:
        """Write how an exchange ended and return whether it is on the disk. It never raises.

        What was opened always has its room; should the disk itself fail under it, the line is kept in memory and written as soon
        as that can be done. What was not opened (a refusal) is given up and counted where the disk is full.
        """
        line = entry_line(entry)
        opened_in = self._open.pop(entry.request_id, None)
        if self._write(line, 0) is not None:
            if opened_in is not None:
                opened_in.holds -= 1
            return True
        if opened_in is not None:
            opened_in.holds -= 1
            self._owe(line)
        else:
            self._give_up(line)
        return False

    def owe(self, entry: Entry) -> None:
        """Write an entry as soon as there is room for it: for the ends of exchanges that an earlier process left open."""
        self._owe(entry_line(entry))
        self.pay()

    def pay(self) -> bool:
        """Write what is owed, if the disk allows by now; return whether nothing is owed any more."""
        while self._owed and self._write(self._owed[0], 0) is not None:
            self._owed.popleft()
        return not self._owed

    def release(self, segment: Segment) -> bool:
        """Delete a segment if all of it is in the store and nothing holds it; return whether it is gone."""
        if segment is self._current or segment.holds or segment.drained < segment.tail:
            return False
        segment.close()
        segment.path.unlink(missing_ok=True)
        del self.segments[segment.name]
        return True

    def stop(self) -> None:
        """Give back the room that is left and close every file; the next start finds them."""
        for segment in self.segments.values():
            with suppress(OSError):
                segment.finish()
            segment.close()
        self.segments.clear()
        self._current = None

    @property
    def open_exchanges(self) -> int:
        """How many exchanges were opened and not closed."""
        return len(self._open)

    @property
    def owed(self) -> int:
        """How many lines wait in memory for a disk that failed."""
        return len(self._owed)

    @property
    def depth_bytes(self) -> int:
        """How many bytes are written and not yet in the store."""
        return sum(segment.tail - segment.drained for segment in self.segments.values())

    def _write(self, line: bytes, more_bytes: int) -> Segment | None:
        """Write a line where it leaves room for every open exchange (and this much more); None: the disk is full or fails."""
        needed = len(line) + more_bytes + len(self._open) * MAX_LINE_BYTES
        current = self._current
        if current is None or current.tail + needed > current.size:
            current = self._roll(needed)
        while current is not None:
            try:
                current.write(line)
            except OSError:
                self._leave(current)
                current = self._roll(needed)
            else:
                return current
        return None

    def _leave(self, failed: Segment) -> None:
        """Write no more to a segment that failed; what it holds stays."""
        self._current = None
        if not failed.tail:
            self._retry_ns = self._clock.elapsed_ns() + RETRY_NS
        with suppress(OSError):
            failed.finish()

    def _owe(self, line: bytes) -> None:
        if len(self._owed) < MAX_OWED:
            self._owed.append(line)
        else:
            self._give_up(line)

    def _give_up(self, line: bytes) -> None:
        """Count an entry that is not written; the log has the last word of it, as far as the log still takes words."""
        self.unwritten += 1
        log.error("not in the ledger, for want of room: %s", line.decode().rstrip())

    def _roll(self, needed_bytes: int) -> Segment | None:
        """Begin a new segment; after a failure the disk is left alone for a while."""
        now_ns = self._clock.elapsed_ns()
        if now_ns < self._retry_ns:
            return None
        try:
            made = make_segment(self._folder, self._new_name(), max(self._segment_bytes, 2 * needed_bytes))
        except OSError as error:
            if not self._failed:
                log.error("the journal cannot take room on the disk (%s): %s new work until it can", error, self._on_full)  # noqa: TRY400
            self._failed = True
            self._retry_ns = now_ns + RETRY_NS
            return None
        if self._failed:
            log.warning("the journal has room on the disk again")
        self._failed = False
        if self._current is not None:
            with suppress(OSError):
                self._current.finish()
        self.segments[made.name] = made
        self._current = made
        return made

    def _new_name(self) -> str:
        """Return a name that sorts after every segment's that is there, and that no segment ever had."""
        last = next(reversed(self.segments), "0")
        return f"{int(last.split('-')[0]) + 1:012}-{self._clock.new_id('')}"
