"""Reading what was kept of one request: found in whichever database has it, and opened by its organization's keys."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from yumen.contents.faults import ContentBroken, NothingKept
from yumen.contents.rules import context_of, read
from yumen.contents.values import Kept, Row
from yumen.storage.envelope import SealBroken

if TYPE_CHECKING:
    from yumen.contents.store import ContentStore, Safe
    from yumen.storage.envelope import SealerOf


class Shown(msgspec.Struct, frozen=True):
    """What is known of one request's content."""

    row: Row
    kept: Kept


async def read_kept(safe: Safe, request_id: str) -> Shown | None:
    """Return what was kept of a request; None: nothing. Raises DatabaseUnavailable, ContentKeyUnavailable, SealBroken."""
    for store in safe.stores.every():
        row = await store.find(request_id)
        if row is not None:
            return await opened(row, request_id, safe.sealer_of)
    return None


async def read_of(store: ContentStore, organization_id: str, request_id: str, sealer_of: SealerOf) -> Shown:
    """Return what was kept of an organization's request. Raises NothingKept, ContentBroken, and as `read_kept` does besides."""
    row = await store.find(request_id)
    if row is None or row.organization_id != organization_id:
        raise NothingKept
    try:
        return await opened(row, request_id, sealer_of)
    except SealBroken:
        raise ContentBroken from None


async def opened(row: Row, request_id: str, sealer_of: SealerOf) -> Shown:
    """Open the row of that request: what was sealed for another one does not open."""
    sealer = await sealer_of(row.organization_id)
    return Shown(row, read(sealer.open(row.sealed, context_of(request_id))))
