"""Where requests with an idempotency key are remembered, by all processes of a gateway together."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Collection

    from yumen.idempotency.values import Ending, Row


class RepeatStore(Protocol):
    """Keeps one row a key. Each method raises `DatabaseUnavailable` where the database does not answer.

    A request is named by its row's id and its own: what another request wrote under the same key it cannot change.
    """

    async def claim(self, row: Row) -> Row | None:
        """Write a row where there is none, or an expired one; return None then, else the row that is there. Of many at once, one writes."""

    async def renew(self, held: Collection[tuple[str, str]], lease_until_us: int, expires_us: int) -> None:
        """Prolong the leases of those that are under way."""

    async def finish(self, row_id: str, request_id: str, ending: Ending) -> None:
        """Write how a request that is under way ended. Doing it twice changes nothing."""

    async def forget(self, row_id: str, request_id: str) -> None:
        """Delete the row of a request that is under way: the next with its key is a first one."""

    async def purge(self, now_us: int, at_most: int) -> int:
        """Delete that many expired rows at most; return how many there were."""
