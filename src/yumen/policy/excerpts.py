"""The words around what policies found, opened for whoever may read them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from yumen.errors import ContentKeyUnavailable
from yumen.policy.findings import Excerpt
from yumen.policy.flags import context_of
from yumen.storage.envelope import SealBroken

if TYPE_CHECKING:
    from yumen.policy.store import FlagRow
    from yumen.storage.envelope import SealerOf


async def excerpts_of(row: FlagRow, sealer_of: SealerOf) -> tuple[Excerpt, ...]:
    """Return the words around a flag's hits; none where they were not kept, or cannot be opened any more."""
    if row.sealed is None:
        return ()
    try:
        opened = (await sealer_of(row.organization_id)).open(row.sealed, context_of(row))
    except (ContentKeyUnavailable, SealBroken):
        return ()
    return msgspec.json.decode(opened, type=tuple[Excerpt, ...])
