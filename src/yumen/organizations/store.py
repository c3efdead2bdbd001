"""Where organizations are kept: records of a few kinds, read as one picture and written all or nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol, TypeVar

import msgspec

from yumen.audit import ANY

if TYPE_CHECKING:
    from contextlib import AbstractAsyncContextManager

    from yumen.audit import Recorded, Sought

T = TypeVar("T", bound=msgspec.Struct)


class Reading(Protocol):
    """One consistent picture of the records."""

    async def find(self, kind: type[T], /, **equal: object) -> list[T]:
        """Return the records whose fields equal those, a tuple meaning any of its values; in the order of their keys."""


class Records(Reading, Protocol):
    """What one transaction reads and writes."""

    async def add(self, record: msgspec.Struct) -> None:
        """Write a new record; an `Act` goes into the audit log."""

    async def change(self, record: msgspec.Struct) -> None:
        """Write over the record with this one's key."""

    async def remove(self, record: msgspec.Struct) -> None:
        """Remove the record with this one's key."""

    async def forget(self, kind: type[msgspec.Struct], field: str, before_us: int, /, **equal: object) -> None:
        """Remove all records of a kind whose field, a time, lies before that one."""


class Store(Protocol):
    """Keeps the records. Every method raises `DatabaseUnavailable` where the database is at fault."""

    def reading(self) -> AbstractAsyncContextManager[Reading]:
        """Open a picture."""

    def writing(self, *, quietly: bool = False) -> AbstractAsyncContextManager[Records]:
        """Open a transaction that commits at its end, or leaves no trace; one after another, whoever writes.

        It raises the revision, so that gateways see the change within a second. `quietly`: it does not; for codes and tries, which no
        gateway remembers, and which strangers can make many of.
        """

    async def acts(self, organization_id: str | None, before: int | None, limit: int, sought: Sought = ANY) -> list[Recorded]:
        """Return a page of the audit log, the newest first."""
