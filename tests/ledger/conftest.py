"""A clock, a journal and a store of their own for each of the ledger's tests."""

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.ledger.making import JumpingClock
from yumen.ledger import Journal
from yumen.ledger.store_sql import SqlLedger
from yumen.storage import Database

SEGMENT_BYTES = 64 * 1024


@pytest.fixture
def clock() -> JumpingClock:
    """A clock that stands still."""
    return JumpingClock()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder for a journal."""
    made = tmp_path / "journal"
    made.mkdir()
    return made


@pytest.fixture
def journal(folder: Path, clock: JumpingClock) -> Iterator[Journal]:
    """A started journal with small segments."""
    made = Journal(folder, clock, segment_bytes=SEGMENT_BYTES)
    made.start()
    yield made
    made.stop()


@pytest.fixture
def store(database: Database) -> SqlLedger:
    """The ledger in that database."""
    return SqlLedger(database)


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of one megabyte, where the machine lets us mount one."""
    if os.geteuid():
        pytest.skip("mounting a small file system needs root")
    folder = tmp_path / "small"
    folder.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(folder)], check=False, capture_output=True)  # noqa: S607
    if mounted.returncode:
        pytest.skip("this machine does not let root mount a file system")
    yield folder
    subprocess.run(["umount", "-l", str(folder)], check=True)  # noqa: S607


def fill_disk(path: Path) -> None:
    """Take every byte that the file system has left."""
    with path.open("wb", buffering=0) as file:
        while file.write(bytes(4096)) == 4096:
            pass
