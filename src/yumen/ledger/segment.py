"""One file of the journal: room taken on the disk beforehand, lines written from its start, each by one system call."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

SUFFIX = ".journal"
FILE_MODE = 0o600
READ_BYTES = 1 << 20


class Segment:
    """A journal file that this process has open. `tail` is where its lines end, `drained` how far they are in the store."""

    __slots__ = ("descriptor", "drained", "holds", "name", "path", "size", "tail")

    def __init__(self, path: Path, descriptor: int, size: int, tail: int) -> None:
        """Take an open file; `make_segment` and `adopt_segment` say where it comes from."""
        self.path = path
        self.name = path.name.removesuffix(SUFFIX)
        self.descriptor = descriptor
        self.size = size
        self.tail = tail
        self.drained = 0
        self.holds = 0
        """Why it must stay though it is drained: exchanges opened here that have no end yet, and a replay that is not done."""

    def write(self, line: bytes) -> None:
        """Write a line at the tail; raise `OSError` with the tail where it was, so that the next line overwrites what was torn."""
        written = os.pwrite(self.descriptor, line, self.tail)
        if written != len(line):
            raise OSError(0, f"wrote {written} of {len(line)} bytes", str(self.path))
        self.tail += written

    def read(self, start: int, limit_bytes: int) -> bytes:
        """Return what is written from an offset on, at most so many bytes."""
        return os.pread(self.descriptor, min(limit_bytes, self.tail - start), start)

    def finish(self) -> None:
        """Give the room that was not used back to the disk; no line is written here any more."""
        os.ftruncate(self.descriptor, self.tail)
        self.size = self.tail

    def close(self) -> None:
        """Close the file."""
        os.close(self.descriptor)


def make_segment(folder: Path, name: str, size_bytes: int) -> Segment:
    """Make a file and take its room on the disk; raise `OSError` and leave nothing where there is not that much."""
    path = folder / (name + SUFFIX)
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, FILE_MODE)
    try:
        os.posix_fallocate(descriptor, 0, size_bytes)
    except OSError:
        os.close(descriptor)
        path.unlink()
        raise
    return Segment(path, descriptor, size_bytes, 0)


def adopt_segment(path: Path) -> Segment:
    """Open a file that an earlier process left behind and give back the room that it did not use."""
    descriptor = os.open(path, os.O_RDWR | os.O_CLOEXEC)
    tail = written_end(descriptor)
    segment = Segment(path, descriptor, tail, tail)
    segment.finish()
    return segment


def written_end(descriptor: int) -> int:
    """Return the offset after the last byte that is not zero."""
    end = os.fstat(descriptor).st_size
    while end > 0:
        start = max(0, end - READ_BYTES)
        found = len(os.pread(descriptor, end - start, start).rstrip(b"\0"))
        if found:
            return start + found
        end = start
    return 0


def segment_paths(folder: Path) -> list[Path]:
    """Return the journal's files, oldest first: their names begin with the time."""
    return sorted(folder.glob("*" + SUFFIX))
