"""`kill -9` at any moment: what the journal's writer had told anyone about is in the ledger exactly once."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.ledger.conftest import SEGMENT_BYTES
from tests.ledger.making import START_US, JumpingClock, make_entry
from yumen.claude import Usage
from yumen.ledger import ALL, Drain, Journal, recover
from yumen.ledger.series import SeriesWanted, whole
from yumen.ledger.store_sql import SqlLedger

WRITER = """
import sys
from pathlib import Path
from tests.ledger.making import make_entry, make_opened
from yumen.clock import Clock
from yumen.ledger import Journal

journal = Journal(Path(sys.argv[1]), Clock(), segment_bytes=64 * 1024)
journal.start()
told = open(sys.argv[2], "ab", buffering=0)
for number in range(10_000_000):
    journal.open_exchange(make_opened(number))
    if number >= 3:
        journal.close(make_entry(number - 3))
        told.write(b"%d\\n" % (number - 3))
"""

DEADLINE_S = 120


@pytest.mark.parametrize("after_bytes", [1, 1000, 20_000, 60_000])
async def test_kill_minus_nine(folder: Path, tmp_path: Path, store: SqlLedger, after_bytes: int) -> None:
    """A writer is killed in the middle of its work; every end that it told of is an entry, what it had open is `interrupted`."""
    told = tmp_path / "told"
    told.touch()
    writer = subprocess.Popen([sys.executable, "-c", WRITER, str(folder), str(told)], cwd=Path(__file__).parents[2])  # noqa: ASYNC220
    deadline = time.monotonic() + DEADLINE_S
    while told.stat().st_size < after_bytes and time.monotonic() < deadline:
        assert writer.poll() is None
        time.sleep(0.001)  # noqa: ASYNC251  (a condition in another process, looked at with a deadline)
    os.kill(writer.pid, signal.SIGKILL)
    writer.wait()
    ended = [int(line) for line in told.read_bytes().splitlines()]

    journal = Journal(folder, JumpingClock(), segment_bytes=SEGMENT_BYTES)
    found = await recover(journal, journal.start(), lambda _: (Usage(), None))
    drain = Drain(journal, store)
    assert await drain.round()
    entries = (await store.find(ALL, 10_000_000))[0]
    identifiers = [entry.request_id for entry in entries]
    assert len(set(identifiers)) == len(identifiers)
    assert {make_entry(number).request_id for number in ended} <= set(identifiers)
    assert len(ended) <= len(identifiers) <= len(ended) + 5
    assert 2 <= len(found.unended) <= 4
    sums, _ = await store.series(SeriesWanted(None, START_US, max(entry.time_us for entry in entries) + 1))
    assert whole(sums).requests == len(entries)
    journal.stop()
