"""Where data keys are kept, by all processes together."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Sequence

    from yumen.audit import Act
    from yumen.isolation.values import DataKey


class DataKeyStore(Protocol):
    """Keeps sealed data keys. Each method raises `DatabaseUnavailable` where the database does not answer."""

    async def keys_of(self, organization_id: str) -> list[DataKey]:
        """Return an organization's data keys, the oldest first."""

    async def every(self) -> list[DataKey]:
        """Return the data keys of all organizations, the oldest first."""

    async def first(self, key: DataKey) -> list[DataKey]:
        """Write an organization's first data key, unless it has one; return those that it has. Of two at once one is written.

        Where there is no such organization (any more) nothing is written, and none returned.
        """

    async def add(self, key: DataKey, act: Act) -> None:
        """Write one more data key, which seals from now on; those before it are retired."""

    async def rewrap(self, keys: Sequence[DataKey], act: Act) -> None:
        """Write how data keys are sealed now: all of them, or none."""

    async def own_reference(self, organization_id: str) -> str | None:
        """Return the reference of an organization's own key of keys; None: it has the gateway's."""
