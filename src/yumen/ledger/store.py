"""What the ledger asks of a database: one protocol for what writes it, one for what reads it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Collection

    from yumen.ledger.breakdown import Piece, Wanted
    from yumen.ledger.callers import CallersWanted, CallerUse
    from yumen.ledger.entry import Entry
    from yumen.ledger.query import Batch, By, Filter, Integrity, LedgerPage, Place, UsageRow
    from yumen.ledger.series import SeriesWanted, Slot


class DrainStore(Protocol):
    """What fills the store. Each raises `DatabaseUnavailable`."""

    async def positions(self) -> dict[str, int]:
        """Return how far each segment is in the store."""

    async def add(self, batch: Batch) -> None:
        """Write the entries that are not there yet and the segment's position: all of it or nothing.

        Nothing, too, where the store stands before the batch's start: it was restored to an earlier state, and must get more.
        """

    async def forget_segments(self, names: Collection[str]) -> None:
        """Drop the positions of segments that exist no more."""

    async def forget_entries(self, before_us: int, limit: int) -> int:
        """Delete at most so many entries older than a time; return how many."""

    async def forget_hours(self, before_us: int) -> int:
        """Delete the sums of the oldest hour that was over before a time; return how many; 0: there is none."""


class PageStore(Protocol):
    """What reads the store for pages and charts, as `ReportStore` does."""

    async def series(self, wanted: SeriesWanted) -> tuple[list[Slot], dict[str, int]]:
        """Return the slots of a series, from the hourly sums where they can say it."""

    async def page(self, wanted: Filter, after: Place | None, limit: int) -> tuple[LedgerPage, dict[str, int]]:
        """Return the newest entries that match and are older than a place, the newest first."""

    async def beginning(self, organization_id: str | None, text: str, limit: int) -> list[Entry]:
        """Return the newest entries whose request's id, here or upstream, begins so, whenever they were; the newest first."""

    async def newer(self, wanted: Filter, after: int | None) -> tuple[list[Entry], int]:
        """Return the last entries that match and were written behind a place in the store, and the last place; None: the place alone."""

    async def last_used(self, key_ids: Collection[str]) -> tuple[dict[str, int], dict[str, int]]:
        """Return when each key was used last; those that never were are not there."""


class ReportStore(PageStore, Protocol):
    """What reads the store. Each answer comes with the positions of the journal's segments as of the same moment."""

    async def positions(self) -> dict[str, int]:
        """Return how far each segment is in the store."""

    async def find(self, wanted: Filter, limit: int) -> tuple[list[Entry], dict[str, int]]:
        """Return the newest entries that match, oldest first."""

    async def usage(self, wanted: Filter, groups: Collection[By]) -> tuple[list[UsageRow], dict[str, int]]:
        """Return the sums of the entries that match, by group."""

    async def break_down(self, wanted: Wanted) -> tuple[list[Piece], dict[str, int]]:
        """Return the sums of what is wanted, by piece of time and part."""

    async def callers(self, wanted: CallersWanted) -> tuple[list[CallerUse], dict[str, int]]:
        """Return who used a key, whoever came last first."""

    async def check(self) -> Integrity:
        """Look whether the store is sound."""
