"""A spooled body comes back byte for byte, as often as it is asked for, and lies on the disk for nobody."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from yumen.errors import LedgerUnavailable
from yumen.storage import Spool
from yumen.storage.spool import PIECE_BYTES


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=30)
@given(st.lists(st.sampled_from([b"", b"x", b"secret " * 50, b"y" * PIECE_BYTES, b"z" * (PIECE_BYTES + 1)]), max_size=6))
def test_what_is_written_comes_back(tmp_path: Path, pieces: list[bytes]) -> None:
    """The bytes come back in pieces of a bounded size, twice the same."""
    spool = Spool(tmp_path)
    try:
        for piece in pieces:
            spool.write(piece)
        assert spool.size == sum(map(len, pieces))
        for _ in range(2):
            read = list(spool.pieces())
            assert b"".join(read) == b"".join(pieces)
            assert all(0 < len(piece) <= PIECE_BYTES for piece in read)
    finally:
        spool.close()


def test_two_readers_do_not_disturb_each_other(tmp_path: Path) -> None:
    """Each reading begins at the start, also while another one is under way."""
    spool = Spool(tmp_path)
    body = os.urandom(3 * PIECE_BYTES + 5)
    spool.write(body)
    one, two = spool.pieces(), spool.pieces()
    mixed = [(next(one, b""), next(two, b"")) for _ in range(5)]
    assert b"".join(piece for piece, _ in mixed) == body
    assert b"".join(piece for _, piece in mixed) == body
    spool.close()


def test_the_disk_sees_neither_a_name_nor_the_text(tmp_path: Path) -> None:
    """The file has no name, and what it holds is not the body; the same body is another text in another spool."""
    seen = []
    for _ in range(2):
        spool = Spool(tmp_path)
        spool.write(b"secret " * 1000)
        assert not list(tmp_path.iterdir())
        seen.append(os.pread(spool._file.fileno(), 7000, 0))
        spool.close()
    assert b"secret" not in seen[0]
    assert seen[0] != seen[1]


def test_closing_gives_the_room_back_and_may_be_repeated(tmp_path: Path) -> None:
    """A closed spool has no file any more."""
    spool = Spool(tmp_path)
    spool.write(b"x")
    spool.close()
    spool.close()
    assert spool._file.closed


class FullDisk:
    """A file on a disk that takes some bytes at a time, and then none."""

    def __init__(self, room: int) -> None:
        self.room = room

    def write(self, view: memoryview) -> int:
        """Take a few bytes."""
        taken = min(self.room, len(view), 10)
        if not taken:
            raise OSError(errno.ENOSPC, "No space left on device")
        self.room -= taken
        return taken

    def close(self) -> None:
        """Nothing to give back."""


def test_a_full_disk_is_said_in_claudes_words(tmp_path: Path) -> None:
    """Short writes are finished; where no byte fits any more, new work is refused in a way that may be tried again."""
    spool = Spool(tmp_path)
    spool.close()
    spool._file = FullDisk(100)  # type: ignore[assignment]
    spool.write(b"x" * 95)
    assert spool.size == 95
    with pytest.raises(LedgerUnavailable) as raised:
        spool.write(b"x" * 6)
    assert (raised.value.status, raised.value.should_retry) == (529, True)
