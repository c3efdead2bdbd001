"""The journal keeps its word: an end can always be written, a full disk stops new work alone, a failing disk loses nothing."""

import errno
import os
import shutil
from pathlib import Path

import pytest

from tests.ledger.conftest import SEGMENT_BYTES, fill_disk
from tests.ledger.making import JumpingClock, make_entry, make_opened
from yumen.errors import LedgerUnavailable
from yumen.ledger import Entry, Journal, OnFull
from yumen.ledger.lines import MAX_LINE_BYTES
from yumen.ledger.recover import replay
from yumen.ledger.reports import read_tail


def written(folder: Path) -> list[Entry]:
    """Every entry that is on the disk."""
    return [found.entry for found in read_tail(folder, {}).found]


def let_through(journal: Journal, number: int) -> bool:
    """Whether the journal has room for one more exchange."""
    try:
        journal.open_exchange(make_opened(number))
    except LedgerUnavailable:
        return False
    return True


def full_disk(*_: object) -> None:
    """What the disk says when it is full."""
    raise OSError(errno.ENOSPC, "No space left on device")


def test_an_entry_is_on_the_disk_when_close_returns(journal: Journal, folder: Path) -> None:
    """Another reader of the files sees the entry at once."""
    journal.open_exchange(make_opened(1))
    assert written(folder) == []
    assert journal.close(make_entry(1))
    assert written(folder) == [make_entry(1)]
    assert journal.open_exchanges == 0


def test_an_entry_that_was_never_opened_is_written_too(journal: Journal, folder: Path) -> None:
    """A refusal has no opening and is an entry all the same."""
    assert journal.close(make_entry(1))
    assert written(folder) == [make_entry(1)]


def test_files_are_private(journal: Journal, folder: Path) -> None:
    """Journal files are the owner's alone."""
    assert journal.segments
    assert {path.stat().st_mode & 0o777 for path in folder.iterdir()} == {0o600}


def test_room_is_kept_for_every_open_exchange(journal: Journal) -> None:
    """Whatever opens and closes, the segment that is written to has room for every end that may come."""
    opened: list[int] = []
    for number in range(400):
        journal.open_exchange(make_opened(number))
        opened.append(number)
        if number % 3:
            journal.close(make_entry(opened.pop(number % len(opened))))
        current = journal._current
        assert current is not None
        assert current.size - current.tail >= len(opened) * MAX_LINE_BYTES
    assert len(journal.segments) > 3


def test_a_full_disk_refuses_new_work_and_loses_no_end(
    journal: Journal, folder: Path, clock: JumpingClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """When no room can be taken, opening is refused; everything that was opened is still written down."""
    monkeypatch.setattr(os, "posix_fallocate", full_disk)
    opened: list[int] = []
    while let_through(journal, len(opened)):
        opened.append(len(opened))
    assert 10 < len(opened) < 1000
    assert all(journal.close(make_entry(number)) for number in opened)
    assert written(folder) == [make_entry(number) for number in opened]

    monkeypatch.undo()
    clock.us += 2_000_000
    journal.open_exchange(make_opened(99_999))
    assert journal.close(make_entry(99_999))


def test_a_full_disk_is_not_asked_for_every_request(journal: Journal, clock: JumpingClock, monkeypatch: pytest.MonkeyPatch) -> None:
    """After a refusal the disk is left alone for a second: refusing must be cheap."""
    asked = []
    monkeypatch.setattr(os, "posix_fallocate", lambda *_: asked.append(1) or full_disk())
    assert sum(let_through(journal, number) for number in range(1000)) < 100
    assert len(asked) == 1
    clock.us += 2_000_000
    assert not let_through(journal, 5000)
    assert len(asked) == 2


def test_serving_on_is_counted(folder: Path, clock: JumpingClock, monkeypatch: pytest.MonkeyPatch) -> None:
    """With `on_full = serve` nothing is refused, and what could not be written is counted, never silently dropped."""
    journal = Journal(folder, clock, on_full=OnFull.SERVE, segment_bytes=SEGMENT_BYTES)
    journal.start()
    monkeypatch.setattr(os, "posix_fallocate", full_disk)
    for number in range(1000):
        journal.open_exchange(make_opened(number))
        journal.close(make_entry(number))
    assert journal.unwritten > 0
    assert len(written(folder)) + journal.unwritten == 1000
    journal.stop()


def test_a_start_on_a_full_disk_serves_refusals(folder: Path, clock: JumpingClock, monkeypatch: pytest.MonkeyPatch) -> None:
    """A gateway starts on a full disk, refuses, and takes up its work when there is room."""
    monkeypatch.setattr(os, "posix_fallocate", full_disk)
    journal = Journal(folder, clock, segment_bytes=SEGMENT_BYTES)
    journal.start()
    with pytest.raises(LedgerUnavailable):
        journal.open_exchange(make_opened(1))
    assert not journal.close(make_entry(1))
    assert journal.unwritten == 1
    monkeypatch.undo()
    clock.us += 2_000_000
    journal.open_exchange(make_opened(2))
    assert journal.close(make_entry(2))
    journal.stop()


@pytest.mark.parametrize("kind", ["error", "short"])
@pytest.mark.parametrize("run", [1, 2, 1000])
@pytest.mark.parametrize("failing", range(8))
def test_fault_sweep(folder: Path, monkeypatch: pytest.MonkeyPatch, failing: int, run: int, kind: str) -> None:
    """Let the n-th write fail (once, twice, for good), whole or torn: every exchange that was let through is one entry in the end."""
    clock = JumpingClock()
    journal = Journal(folder, clock, segment_bytes=SEGMENT_BYTES)
    journal.start()
    calls, real = [0], os.pwrite

    def pwrite(descriptor: int, data: bytes, offset: int) -> int:
        calls[0] += 1
        if failing < calls[0] <= failing + run:
            if kind == "short":
                return real(descriptor, data[: len(data) // 2], offset)
            raise OSError(errno.EIO, "Input/output error")
        return real(descriptor, data, offset)

    with monkeypatch.context() as patched:
        patched.setattr(os, "pwrite", pwrite)
        passed = [number for number in range(4) if let_through(journal, number)]
        for number in passed:
            journal.close(make_entry(number))
    clock.us += 2_000_000
    assert journal.pay()
    journal.open_exchange(make_opened(9))
    assert journal.close(make_entry(9))
    tail = read_tail(folder, {})
    assert sorted(found.entry.request_id for found in tail.found) == [make_entry(number).request_id for number in [*passed, 9]]
    assert tail.torn == 0
    assert journal.unwritten == 0
    journal.stop()


def test_a_segment_goes_when_nobody_needs_it(journal: Journal) -> None:
    """Drained and without an open exchange, a finished segment is deleted; not before."""
    journal.open_exchange(make_opened(0))
    first = next(iter(journal.segments.values()))
    number = 0
    while journal._current is first:
        number += 1
        journal.close(make_entry(number))
    assert not journal.release(first)
    first.drained = first.tail
    assert not journal.release(first)
    journal.close(make_entry(0))
    assert journal.release(first)
    assert not first.path.exists()
    assert not journal.release(next(iter(journal.segments.values())))


def test_who_is_asked_last_is_remembered(folder: Path, journal: Journal) -> None:
    """An exchange that goes to another upstream is opened anew: that one is found after a death, and the old line holds no segment."""
    journal.open_exchange(make_opened(0))
    first = next(iter(journal.segments.values()))
    number = 0
    while journal._current is first:
        number += 1
        journal.close(make_entry(number))
    journal.open_exchange(make_opened(0, upstream="other"))
    assert journal.open_exchanges == 1
    paths = sorted(folder.glob("*.journal"))
    assert len(paths) == 2
    assert [each.upstream for each in replay(paths).unended] == ["other"]
    first.drained = first.tail
    assert journal.release(first)
    assert [each.upstream for each in replay(sorted(folder.glob("*.journal"))).unended] == ["other"]
    journal.close(make_entry(0))
    assert replay(sorted(folder.glob("*.journal"))).unended == []


def test_room_is_given_back(folder: Path, clock: JumpingClock) -> None:
    """A journal that stops, and one that died, leave no room taken that they did not use."""
    journal = Journal(folder, clock, segment_bytes=SEGMENT_BYTES)
    journal.start()
    journal.close(make_entry(1))
    died = folder / "died"
    died.mkdir()
    for path in folder.glob("*.journal"):
        shutil.copy(path, died)
    journal.stop()
    following = Journal(died, clock, segment_bytes=SEGMENT_BYTES)
    (adopted,) = following.start()
    for each in (folder, died):
        assert written(each) == [make_entry(1)]
    (path,) = folder.glob("*.journal")
    assert path.stat().st_size == adopted.path.stat().st_size == adopted.tail < 1000
    following.stop()


def test_new_segments_sort_after_old_ones(folder: Path, clock: JumpingClock) -> None:
    """Names keep the order even where the wall clock went back."""
    for _ in range(3):
        journal = Journal(folder, clock, segment_bytes=SEGMENT_BYTES)
        journal.start()
        journal.close(make_entry(0))
        journal.stop()
        clock.us -= 10_000_000
    names = sorted(path.name for path in folder.iterdir())
    assert [int(name.split("-")[0]) for name in names] == [1, 2, 3]


def test_a_disk_that_really_is_full(small_disk: Path, clock: JumpingClock) -> None:
    """On a real file system filled to its last byte by somebody else: new work is refused, every open end is written."""
    journal = Journal(small_disk, clock, segment_bytes=SEGMENT_BYTES)
    journal.start()
    for number in range(5):
        journal.open_exchange(make_opened(number))
    with pytest.raises(OSError, match="No space"):
        fill_disk(small_disk / "others")
    refused = 0
    for number in range(5, 1000):
        if let_through(journal, number):
            assert journal.close(make_entry(number))
        else:
            refused += 1
    assert refused > 500
    for number in range(5):
        assert journal.close(make_entry(number))
    assert len(written(small_disk)) == 1000 - refused
    (small_disk / "others").unlink()
    clock.us += 2_000_000
    journal.open_exchange(make_opened(2000))
    assert journal.close(make_entry(2000))
    journal.stop()
