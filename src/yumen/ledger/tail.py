"""Reading the journal's files from outside: for a replay at start, for reports beside a running gateway or without one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from yumen.ledger.lines import Line, scan

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

PIECE_BYTES = 1 << 20


def read_lines(path: Path, start: int = 0) -> Iterator[Line]:
    """Yield the lines of a journal file from an offset on, each with the offset after it; nothing where the file is gone.

    Room that was never written ends the file: it is read up to the first megabyte of zeros.
    """
    rest, at = b"", start
    for piece in read_pieces(path, start):
        if not piece.strip(b"\0"):
            return
        data, end = rest + piece, 0
        for line in scan(data):
            end = line.end
            yield Line(line.tag, line.payload, at + end)
        rest = data[end:]
        at += end


def read_pieces(path: Path, start: int) -> Iterator[bytes]:
    """Yield the bytes of a file from an offset on, in pieces; nothing where it is gone."""
    try:
        with path.open("rb") as file:
            file.seek(start)
            while piece := file.read(PIECE_BYTES):
                yield piece
    except FileNotFoundError:
        return
