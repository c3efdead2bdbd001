"""What waits to be written: bounded, one organization's apart from another's, and never lost without being counted."""

from __future__ import annotations

import pytest

from tests.contents.doubles import MemoryContentStore, Sealers, no_pause
from yumen.contents import Keeping, KeepOptions, Kept, Safe, read_kept
from yumen.contents import keeping as module
from yumen.contents.values import Waiting
from yumen.http import ByteBudget
from yumen.storage.compartments import One
from yumen.storage.envelope import SealBroken
from yumen.testing.clock import JumpingClock

SAID = b'{"messages":"what nobody else may read"}'
DAY_US = 86_400_000_000


class Desk:
    """A keeping with two organizations' stores."""

    def __init__(self, keep_days: int = 30) -> None:
        self.clock = JumpingClock()
        self.stores = {"org_a": MemoryContentStore(), "org_b": MemoryContentStore()}
        self.sealers = Sealers()
        self.budget = ByteBudget(10_000)
        self.safe = Safe(self, self.sealers.of)
        self.keeping = Keeping(self.safe, self.clock, self.budget, KeepOptions(keep_days), no_pause)

    def of(self, organization_id: str) -> MemoryContentStore:
        """As `Stores` says."""
        return self.stores[organization_id]

    def every(self) -> list[MemoryContentStore]:
        """As `Stores` says."""
        return list(self.stores.values())

    def take(self, request_id: str, organization_id: str = "org_a", held_bytes: int = 100) -> None:
        """Let one exchange wait."""
        assert self.budget.take(held_bytes)
        kept = Kept("POST", "/v1/messages", 200, "answered", None, SAID, len(SAID), b"", 0)
        self.keeping.take(Waiting(request_id, organization_id, "wrkspc", "apikey", self.clock.now_us(), kept, held_bytes))


async def test_what_is_stored_opens_for_its_organization_and_its_request_alone() -> None:
    """No word of it stands in the database, and a row that was moved does not open."""
    desk = Desk()
    desk.take("req_1")
    assert await desk.keeping.settle()
    row = desk.stores["org_a"].rows["req_1"]
    assert b"nobody else" not in row.sealed
    shown = await read_kept(desk.safe, "req_1")
    assert shown is not None
    assert (shown.kept.request, repr(shown.kept)) == (SAID, "Kept(POST /v1/messages)")
    desk.stores["org_a"].rows["req_2"] = row
    with pytest.raises(SealBroken):
        await read_kept(Safe(One(desk.stores["org_a"]), desk.sealers.of), "req_2")
    assert await read_kept(desk.safe, "req_3") is None


async def test_one_organizations_trouble_is_nothing_to_another() -> None:
    """What is for a database that is away waits for it; what cannot be sealed is dropped and counted; the others' is written."""
    desk = Desk()
    desk.stores["org_a"].away = True
    desk.take("req_1", "org_a")
    desk.take("req_2", "org_b")
    assert not await desk.keeping.settle()
    assert (list(desk.stores["org_b"].rows), desk.keeping.owed, desk.budget.held_bytes) == (["req_2"], 1, 100)
    desk.stores["org_a"].away = False
    assert await desk.keeping.settle()
    assert (list(desk.stores["org_a"].rows), desk.keeping.written) == (["req_1"], 2)
    desk.sealers.away.add("org_a")
    desk.take("req_3", "org_a")
    assert await desk.keeping.settle()
    assert (desk.keeping.dropped, desk.keeping.written, desk.budget.held_bytes) == (1, 2, 0)


async def test_no_more_waits_than_there_is_room_for(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is beyond it is counted, and gives its memory back."""
    monkeypatch.setattr(module, "MOST_WAITING", 3)
    desk = Desk()
    for number in range(5):
        desk.take(f"req_{number}")
    assert (desk.keeping.owed, desk.keeping.dropped, desk.budget.held_bytes) == (3, 2, 300)
    await desk.keeping.finish(1.0)
    assert (sorted(desk.stores["org_a"].rows), desk.budget.held_bytes) == (["req_0", "req_1", "req_2"], 0)


async def test_what_the_end_leaves_is_counted() -> None:
    """A database that does not come back does not hold up the end."""
    desk = Desk()
    desk.stores["org_a"].away = True
    desk.take("req_1")
    await desk.keeping.finish(0.01)
    assert desk.keeping.dropped == 1


async def test_content_goes_after_its_days() -> None:
    """In every database, though one is away; where none is to be kept, whatever an earlier setting left goes at once."""
    desk = Desk(keep_days=30)
    desk.take("req_1", "org_a")
    desk.take("req_2", "org_b")
    await desk.keeping.settle()
    desk.clock.move(29 * DAY_US)
    await desk.keeping.purge()
    assert desk.stores["org_b"].rows
    desk.clock.move(2 * DAY_US)
    desk.stores["org_a"].away = True
    await desk.keeping.purge()
    assert (len(desk.stores["org_a"].rows), len(desk.stores["org_b"].rows)) == (1, 0)
    none = Desk(keep_days=0)
    none.take("req_1")
    await none.keeping.settle()
    none.clock.move(1)
    await none.keeping.purge()
    assert not none.stores["org_a"].rows
    assert not none.keeping.keeps
