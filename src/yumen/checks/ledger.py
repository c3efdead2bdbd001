"""Looks whether the ledger is whole, whether any key counts, and whether the clock agrees with what was written."""

from __future__ import annotations

from typing import TYPE_CHECKING

from yumen.checks.finding import Finding, Level
from yumen.clock import iso
from yumen.keys import status_of

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from yumen.keys import KeyStore
    from yumen.ledger import Reports

AHEAD_US = 5_000_000


async def check_ledger(reports: Reports) -> AsyncIterator[Finding]:
    """Yield what is found of the database and the journal."""
    integrity, journal = await reports.check()
    if integrity.sound:
        yield Finding(Level.OK, "ledger", "{entries} entries, the database is sound", {"entries": f"{integrity.entries:,}"})
    else:
        yield Finding(
            Level.FAIL,
            "ledger",
            "the database is damaged ({detail}): stop the gateway and restore it from a copy",
            {"detail": integrity.detail},
        )
    values: dict[str, object] = {"segments": journal.segments, "waiting": journal.undrained, "torn": journal.torn}
    if journal.torn:
        yield Finding(Level.WARN, "journal", "{torn} torn lines, as a power cut leaves them; their exchanges may be missing", values)
    yield Finding(Level.OK, "journal", "{segments} segments, {waiting} entries wait for the database", values)


async def check_keys(keys: KeyStore, now_us: int) -> AsyncIterator[Finding]:
    """Yield whether anybody can call."""
    counted = [record for record in await keys.every() if status_of(record, now_us) in ("active", "expiring")]
    if counted:
        yield Finding(Level.OK, "keys", "keys that count: {count}", {"count": len(counted)})
    else:
        yield Finding(Level.WARN, "keys", "no key counts, so nobody can call: yumen keys create NAME makes one")


async def check_clock(reports: Reports, now_us: int) -> AsyncIterator[Finding]:
    """Yield whether the clock has gone back behind what was written."""
    newest = await reports.find(limit=1)
    if newest and newest[-1].time_us > now_us + AHEAD_US:
        yield Finding(
            Level.FAIL,
            "clock",
            "it says {now}, but the newest entry is of {newest}: set it right, or keys expire at the wrong time",
            {"now": iso(now_us), "newest": iso(newest[-1].time_us)},
        )
    else:
        yield Finding(Level.OK, "clock", "it says {now} (UTC)", {"now": iso(now_us)})
