"""Organizations with a database of their own: what one's holds up is nothing to the others."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from tests.idempotency.doubles import MemoryRepeatStore
from yumen.http import ByteBudget
from yumen.idempotency import Keeping, KeepOptions, Room
from yumen.idempotency.recording import Recording
from yumen.idempotency.rules import Fate
from yumen.idempotency.sealing import Marks
from yumen.testing import JumpingClock

APART = "org_apart"


class Two:
    """A store for one organization, and one for all others."""

    def __init__(self) -> None:
        self.own, self.main = MemoryRepeatStore(), MemoryRepeatStore()

    def of(self, organization_id: str) -> MemoryRepeatStore:
        """As the protocol says."""
        return self.own if organization_id == APART else self.main

    def every(self) -> Sequence[MemoryRepeatStore]:
        """As the protocol says."""
        return (self.main, self.own)

    def apart(self) -> Collection[str]:
        """As the protocol says."""
        return (APART,)


def ended(organization_id: str, number: int) -> Recording:
    """A request that ended in an error, which is forgotten."""
    recording = Recording(Marks(f"id-{number}", b"", b""), f"req-{number}", Room(1, ByteBudget(1)), lambda _: None)
    recording.organization_id, recording.running, recording.fate = organization_id, True, Fate.FORGET
    return recording


async def test_a_store_that_is_away_holds_up_its_own_organization_alone() -> None:
    """Everybody else's ends are written, in any order; the one that is away is asked once a round, and gets its own later."""
    two = Two()
    keeping = Keeping(two, JumpingClock(), KeepOptions())
    two.own.away = True
    for number, organization_id in enumerate((APART, "org_a", APART, "org_b")):
        keeping.end(ended(organization_id, number))
        keeping.doubt(ended(organization_id, number))
    assert not await keeping.settle()
    assert (two.own.calls, two.main.calls, keeping.owed) == (["forget"], ["forget"] * 4, 4)
    two.own.away = False
    assert await keeping.settle()
    assert (two.own.calls, two.main.calls, keeping.owed) == (["forget"] * 5, ["forget"] * 4, 0)
