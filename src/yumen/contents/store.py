"""Where content is kept, sealed, by all processes of a gateway together."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, Protocol

if TYPE_CHECKING:
    from collections.abc import Sequence

    from yumen.contents.values import Row
    from yumen.storage.compartments import Stores
    from yumen.storage.envelope import SealerOf


class ContentStore(Protocol):
    """Keeps one row a request. Each method raises `DatabaseUnavailable` where the database does not answer."""

    async def add(self, rows: Sequence[Row]) -> None:
        """Write rows. Doing it twice changes nothing."""

    async def find(self, request_id: str) -> Row | None:
        """Return a request's row, None: there is none."""

    async def purge(self, before_us: int, at_most: int) -> int:
        """Delete that many rows at most that are older; return how many there were."""


class Safe(NamedTuple):
    """Where each organization's content lies, and what seals it."""

    stores: Stores[ContentStore]
    sealer_of: SealerOf
