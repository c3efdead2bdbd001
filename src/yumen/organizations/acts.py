"""How use cases write: in one transaction, at one moment, in somebody's name, every change with its act in the audit log."""

from __future__ import annotations

from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, TypeVar

import msgspec

from yumen.audit import Act, Actor
from yumen.organizations.faults import Unknown
from yumen.organizations.rules import difference, told

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from yumen.clock import Clock
    from yumen.errors import Fault
    from yumen.organizations.store import Reading, Records, Store

T = TypeVar("T", bound=msgspec.Struct)


class Writing:
    """A transaction in somebody's name."""

    __slots__ = ("actor", "now_us", "records")

    def __init__(self, records: Records, actor: Actor, now_us: int) -> None:
        """Write those records at that time."""
        self.records = records
        self.actor = actor
        self.now_us = now_us

    async def made(self, record: msgspec.Struct, action: str, place: tuple[str, str | None]) -> None:
        """Write a new record. `place` is the id of what was made, and whose matter it is."""
        await self.records.add(record)
        await self.records.add(Act(self.actor, self.now_us, action, *place, after=told(record)))

    async def changed(self, records: tuple[T, T], action: str, place: tuple[str, str | None]) -> T:
        """Write a record that was one and is the other now, and return that; where nothing differs, nothing happened."""
        old, new = records
        if old != new:
            await self.records.change(new)
            before, after = difference(old, new)
            await self.records.add(Act(self.actor, self.now_us, action, *place, before=before, after=after))
        return new

    async def removed(self, record: msgspec.Struct, action: str, place: tuple[str, str | None]) -> None:
        """Remove a record."""
        await self.records.remove(record)
        await self.records.add(Act(self.actor, self.now_us, action, *place, before=told(record)))

    async def noted(self, action: str, place: tuple[str, str | None]) -> None:
        """Tell the audit log of an act of whose records nothing may be told."""
        await self.records.add(Act(self.actor, self.now_us, action, *place))


@asynccontextmanager
async def writing(store: Store, clock: Clock, actor: Actor) -> AsyncIterator[Writing]:
    """Open a transaction in somebody's name."""
    async with store.writing() as records:
        yield Writing(records, actor, clock.now_us())


async def one(records: Reading, kind: type[T], fault: type[Fault] = Unknown, /, **equal: object) -> T:
    """Return the one record whose fields equal those, or raise."""
    found = await records.find(kind, **equal)
    if not found:
        raise fault
    return found[0]


def refuse(fault: type[Fault] | None) -> None:
    """Raise what a rule found."""
    if fault is not None:
        raise fault
