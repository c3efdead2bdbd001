"""Reading what was kept of one request: found in whichever database has it, and opened by its organization's keys."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from yumen.contents.rules import context_of, read
from yumen.contents.values import Kept, Row

if TYPE_CHECKING:
    from yumen.contents.store import Safe


class Shown(msgspec.Struct, frozen=True):
    """What is known of one request's content."""

    row: Row
    kept: Kept


async def read_kept(safe: Safe, request_id: str) -> Shown | None:
    """Return what was kept of a request; None: nothing. Raises DatabaseUnavailable, ContentKeyUnavailable, SealBroken."""
    for store in safe.stores.every():
        row = await store.find(request_id)
        if row is not None:
            sealer = await safe.sealer_of(row.organization_id)
            return Shown(row, read(sealer.open(row.sealed, context_of(request_id))))
    return None
