"""Compartments: an isolated organization's rows lie in a database of its own, a file or a schema beside the main one.

How rooms keep rows by organization, all in the same way: where a room took a store it takes `Stores` of that store. The composition
root gives `compartments.stores(SqlRepeatStore)`; the room calls `stores.of(principal.organization_id)` anew for every operation, and goes
through `stores.every()` for what concerns all rows (purging, looking for what expired). Nobody keeps what `of` returned: it changes when an
organization is isolated. Where there is one database alone (the library, most tests), `One(store)` is such a `Stores`.
"""

from __future__ import annotations

import logging
import re
from pathlib import Path
from typing import TYPE_CHECKING, Generic, Protocol, TypeVar

from sqlalchemy import text

from yumen.errors import OperatorError
from yumen.storage.folder import DataFolder
from yumen.storage.postgres import schema_statements

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping, Sequence

    from yumen.storage.database import Database

log = logging.getLogger("yumen.storage")

SINCE = "0005"
"""The version of the schema that knows of compartments."""
FOLDER = "organizations"
"""Where the files lie, beside the main one."""
SCHEMA = "yumen_{}"
AT_MOST = 16
"""Compartments that keep a few connections each; those beyond connect anew for every transaction, and keep nothing."""
NAME = re.compile(r"[0-9A-Za-z_]{1,50}")
"""What may become part of a file's or a schema's name."""
WHO = text("SELECT id, compartment FROM organizations WHERE compartment IS NOT NULL ORDER BY id")

Kept = TypeVar("Kept", covariant=True)  # noqa: PLC0105  (a room names its store's protocol)
Store = TypeVar("Store")


class Stores(Protocol[Kept]):
    """One kind of store in every database."""

    def of(self, organization_id: str) -> Kept:
        """Return the store that has an organization's rows now. Raises OperatorError where its compartment's name is none."""

    def every(self) -> Sequence[Kept]:
        """Return all of them, the main one first."""

    def apart(self) -> Collection[str]:
        """Return the organizations that have one of their own."""


class One(Generic[Store]):
    """One store for everybody."""

    def __init__(self, store: Store) -> None:
        """Give that one."""
        self._store = store

    def of(self, organization_id: str) -> Store:  # noqa: ARG002  (it is everybody's)
        """Return it."""
        return self._store

    def every(self) -> Sequence[Store]:
        """Return it."""
        return (self._store,)

    def apart(self) -> Collection[str]:
        """Return none."""
        return ()


class Made(Generic[Store]):
    """Stores that are made over the compartments' databases whenever they are asked for: a store is nothing but a view of its database."""

    def __init__(self, compartments: Compartments, make: Callable[[Database], Store]) -> None:
        """Make them by that function."""
        self._compartments = compartments
        self._make = make

    def of(self, organization_id: str) -> Store:
        """Return the store over an organization's database."""
        return self._make(self._compartments.of(organization_id))

    def every(self) -> Sequence[Store]:
        """Return those over the main database and over every compartment."""
        return [self._make(database) for database in self._compartments.every()]

    def apart(self) -> Collection[str]:
        """Return the organizations that have a compartment."""
        return self._compartments.names.keys()


class Compartments:
    """The main database and those beside it. Whoever makes this awaits `follow` before anything is asked, and `close` at the end.

    It belongs to one event loop, as its databases do. `follow` is the revision watch's: who is isolated meanwhile is known within its poll.
    """

    def __init__(self, main: Database, *, at_most: int = AT_MOST) -> None:
        """Stand beside that database, which its owner closes."""
        self.main = main
        self.names: Mapping[str, str] = {}
        """The compartments' names by organization, as of the last look."""
        self._at_most = at_most
        self._open: dict[str, Database] = {}
        self._leaving: list[Database] = []

    async def follow(self) -> None:
        """Read which organizations have one, and close those that are over. Raises DatabaseUnavailable."""
        async with self.main.connect() as connection:
            self.names = {row.id: row.compartment for row in await connection.execute(WHO)}
        gone = self._open.keys() - set(self.names.values())
        self._leaving += [self._open.pop(name) for name in gone]
        await self._let_go()

    def of(self, organization_id: str) -> Database:
        """Return the database that has an organization's rows; nothing is opened before its first use."""
        name = self.names.get(organization_id)
        return self.main if name is None else self.named(name)

    def every(self) -> list[Database]:
        """Return all databases, the main one first."""
        return [self.main, *(self.named(name) for name in self.names.values())]

    def stores(self, make: Callable[[Database], Store]) -> Made[Store]:
        """Return one kind of store in every database."""
        return Made(self, make)

    def named(self, name: str) -> Database:
        """Return a compartment's database. Raises OperatorError where the name is none."""
        database = self._open.get(name)
        if database is None:
            kept = sum(each.pooled for each in self._open.values()) < self._at_most
            database = self._open[name] = self.main.beside(place_of(self.main, name), pooled=kept)
        return database

    async def has(self, name: str) -> bool:
        """Whether there is a compartment's database, whatever organizations say."""
        place = place_of(self.main, name)
        if isinstance(place, Path):
            return place.exists()
        async with self.main.connect() as connection:
            found = await connection.scalar(text("SELECT count(*) FROM pg_namespace WHERE nspname = :name"), {"name": place})
            return bool(found)

    async def make_empty(self, name: str) -> Database:
        """Make a compartment's place without tables. Raises OperatorError where it cannot be made."""
        place = place_of(self.main, name)
        if isinstance(place, Path):
            DataFolder(place.parent).file(place.name)
        else:
            await self._execute(schema_statements(place).make)
        return self.named(name)

    async def make(self, name: str) -> Database:
        """Make a compartment's database, or bring one that is there up to date. Raises OperatorError where it cannot be made."""
        database = await self.make_empty(name)
        await database.upgrade()
        return database

    async def drop(self, name: str) -> None:
        """Remove a compartment's database with everything that is in it; one that is not there is none."""
        database = self._open.pop(name, None)
        if database is not None:
            await database.dispose()
        place = place_of(self.main, name)
        if isinstance(place, Path):
            for path in files_of(place):
                path.unlink(missing_ok=True)
        else:
            await self._execute(schema_statements(place).drop)

    async def upgrade(self) -> None:
        """Bring every compartment up to date. Raises OperatorError where one cannot be used."""
        for name in self.names.values():
            await self.named(name).upgrade()
            await self._let_go()

    async def close(self) -> None:
        """Close them all; the main one stays."""
        self._leaving += self._open.values()
        self._open.clear()
        await self._let_go()

    async def _let_go(self) -> None:
        """Close those that nobody asks for any more. One that still has work under way closes its connections as they come back."""
        while self._leaving:
            await self._leaving.pop().dispose()

    async def _execute(self, statement: str) -> None:
        async with self.main.write_long() as connection:
            await connection.execute(text(statement))


def place_of(main: Database, name: str) -> Path | str:
    """Return where a compartment lies: a file beside the main one, or a schema beside it. Raises OperatorError where the name is none."""
    if not NAME.fullmatch(name):
        raise OperatorError("{name} is no name of a compartment", name=name)
    if main.kind == "sqlite":
        return Path(main.place).parent / FOLDER / f"{name}.db"
    return SCHEMA.format(name)


def files_of(path: Path) -> list[Path]:
    """Return every file that SQLite makes of a database; the database itself last."""
    return [path.with_name(path.name + ending) for ending in ("-wal", "-shm", "-journal", "")]
