"""Pages of the ledger put together from several places: databases, and the journal's undrained tail. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from yumen.ledger.query import LedgerPage, Place

if TYPE_CHECKING:
    from collections.abc import Iterable

    from yumen.ledger.entry import Entry


def spot(entry: Entry) -> Place:
    """Return where an entry stands."""
    return Place(entry.time_us, entry.request_id)


def united(pages: Iterable[LedgerPage], limit: int) -> LedgerPage:
    """Return several pages of the same question as one. What one of them has not looked at yet is on none before the others have, too."""
    found: dict[str, Entry] = {}
    ends: list[tuple[Place, int | None]] = []
    for page in pages:
        found |= {entry.request_id: entry for entry in page.entries}
        if page.next is not None:
            ends.append((page.next, page.looked_back_to_us))
    end, looked_back_to_us = max(ends, key=lambda each: each[0], default=(None, None))
    entries = sorted((entry for entry in found.values() if end is None or spot(entry) >= end), key=spot, reverse=True)
    if len(entries) > limit:
        return LedgerPage(entries[:limit], spot(entries[limit - 1]))
    return LedgerPage(entries, end, looked_back_to_us)
