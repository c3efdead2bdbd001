"""`restore`: what a back-up holds, into an empty data folder or database of either kind: all of it, counted, or nothing."""

from __future__ import annotations

import gzip
import os
import tarfile
import zlib
from base64 import b64decode
from contextlib import AsyncExitStack, contextmanager
from functools import partial
from itertools import islice
from typing import IO, TYPE_CHECKING, Any, Self

import msgspec
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from yumen.errors import OperatorError
from yumen.storage.archive import COMPARTMENTS, FORMAT, JOURNAL, LINES, MANIFEST, SEGMENT, SUMS, TABLES, Manifest, Sums
from yumen.storage.backup import tables_of
from yumen.storage.columns import plain
from yumen.storage.compartments import Compartments
from yumen.storage.folder import FILE_MODE
from yumen.storage.migrate import upgrade
from yumen.storage.schema import VERSIONS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from sqlalchemy import Connection, Table
    from sqlalchemy.ext.asyncio import AsyncConnection
    from sqlalchemy.types import TypeEngine

    from yumen.storage.database import Database

AT_ONCE = 500
PIECE_BYTES = 1 << 20
LINE_BYTES = 16 << 20
"""No row is nearly as large. More is not read at once, whatever an archive says of itself."""
KINDS: tuple[tuple[type[TypeEngine[Any]], type], ...] = ((sa.LargeBinary, str), (sa.Boolean, bool), (sa.String, str), (sa.Integer, int))
"""What stands in a line by the type of its column; in one of JSON, anything."""

MOST = 1 << 63
"""Whole numbers of both databases lie below."""


class Damaged(Exception):  # noqa: N818  (it says what the archive is)
    """The archive does not hold what it should."""


async def restore(database: Database, source: Path, journal: Path) -> Sums:
    """Read an archive into an empty database, its compartments and an empty journal's folder; return what was in it.

    Raises OperatorError where it cannot be read whole, where there is something already, and where a newer program wrote it.
    """
    compartments = Compartments(database)
    names = manifest_of(source).compartments
    async with database.connect() as connection:
        used = await connection.run_sync(is_used) or any([await compartments.has(name) for name in names])
    if used:
        raise OperatorError("the database is not empty: a back-up is restored into an empty one")
    try:
        with Segments(journal) as segments:
            own = [(name, await compartments.make_empty(name)) for name in names]
            async with AsyncExitStack() as opened:
                main = await opened.enter_async_context(database.write_long())
                beside = {name: sync_of(await opened.enter_async_context(each.begin_long())) for name, each in own}
                return await main.run_sync(lambda real: Restoring(real, segments, beside).take(source))
    except BaseException:
        for name in names:
            await compartments.drop(name)
        raise
    finally:
        await compartments.close()


def sync_of(connection: AsyncConnection) -> Connection:
    """Return what works of a connection inside another one's `run_sync`."""
    assert connection.sync_connection is not None  # noqa: S101  (it is open)
    return connection.sync_connection


def manifest_of(source: Path) -> Manifest:
    """Return what an archive says of itself first. Raises OperatorError."""
    with understood(source), tarfile.open(source, mode="r|gz") as archive:
        first = archive.next()
        file = None if first is None or first.name != MANIFEST else archive.extractfile(first)
        if file is None:
            raise Damaged(MANIFEST)
        return msgspec.json.decode(file.read(PIECE_BYTES), type=Manifest)


def is_used(connection: Connection) -> bool:
    """Whether a database holds anything."""
    return connection.dialect.has_table(connection, "alembic_version") or bool(tables_of(connection))


class Filling:
    """One database that is filled, inside one transaction."""

    def __init__(self, connection: Connection) -> None:
        """Write to that database."""
        self._connection = connection
        self.tables: dict[str, Table] = {}
        self.rows: dict[str, int] = {}

    def begin(self, schema: str) -> None:
        """Make the schema that the archive was written from."""
        upgrade(self._connection, schema)
        self.tables = {table.name: table for table in tables_of(self._connection)}

    def take(self, name: str, lines: IO[bytes]) -> None:
        """Put a table's rows in the place of what its migration wrote there, and count them in the database itself."""
        table = self.tables.get(name)
        if table is None or name in self.rows:
            raise Damaged(name)
        if self._count(table):
            self._connection.execute(sa.delete(table))
        rows = (read_row(line, table) for line in iter(partial(lines.readline, LINE_BYTES), b""))
        while batch := list(islice(rows, AT_ONCE)):
            self._insert(table, batch)
        self.rows[name] = self._count(table)

    def finish(self) -> None:
        """Let numbers go on where they stopped, and migrate what an older program wrote."""
        if self._connection.dialect.name == "postgresql":
            for table in self.tables.values():
                for column in numbered(table):
                    self._connection.execute(go_on(table.name, column))
        upgrade(self._connection)

    def _insert(self, table: Table, rows: list[dict[str, Any]]) -> None:
        try:
            self._connection.execute(sa.insert(plain(table)), rows)
        except IntegrityError as error:
            raise Damaged(table.name) from error

    def _count(self, table: Table) -> int:
        return int(self._connection.execute(sa.select(sa.func.count()).select_from(table)).scalar_one())


class Restoring:
    """One restoration, inside one transaction in each database."""

    def __init__(self, connection: Connection, segments: Segments, compartments: Mapping[str, Connection]) -> None:
        """Write to that database, to those beside it, and to that journal."""
        self._main = Filling(connection)
        self._own = {name: Filling(own) for name, own in compartments.items()}
        self._segments = segments

    def take(self, source: Path) -> Sums:
        """Read the archive to its end."""
        with understood(source), gzip.open(source) as packed:
            with tarfile.open(fileobj=packed, mode="r|") as archive:
                sums = self._members(archive, source)
            if (
                sums is None
                or sums != Sums(self._rows(), self._segments.sizes)
                or not all(one.rows.keys() == one.tables.keys() for one in self._all)
            ):
                raise Damaged("it ends too early")
            while packed.read(PIECE_BYTES):  # to the check sum at its very end
                pass
        for filling in self._all:
            filling.finish()
        return sums

    @property
    def _all(self) -> list[Filling]:
        return [self._main, *self._own.values()]

    def _rows(self) -> dict[str, int]:
        """Return the rows by table, as the archive names them."""
        return self._main.rows | {f"{name}/{table}": count for name, own in self._own.items() for table, count in own.rows.items()}

    def _members(self, archive: tarfile.TarFile, source: Path) -> Sums | None:
        """Read every member; return the last one."""
        sums = None
        for member in archive:
            file = archive.extractfile(member) if member.isreg() and sums is None else None
            if file is None:
                raise Damaged(member.name)
            if not self._main.tables:
                self._begin(member.name, file.read(PIECE_BYTES), source)
            elif member.name == SUMS:
                sums = msgspec.json.decode(file.read(LINE_BYTES), type=Sums)
            else:
                self._member(member.name, file)
        return sums

    def _begin(self, name: str, data: bytes, source: Path) -> None:
        """Read the manifest, and make the schema that the archive was written from."""
        if name != MANIFEST:
            raise Damaged(name)
        manifest = msgspec.json.decode(data, type=Manifest)
        if manifest.format > FORMAT or manifest.schema not in VERSIONS:
            raise OperatorError(
                "{path} was written by Yumen {program}, which is newer than this one: install that one, then restore",
                path=source,
                program=manifest.program,
            )
        for filling in self._all:
            filling.begin(manifest.schema)

    def _member(self, name: str, file: IO[bytes]) -> None:
        if name.startswith(JOURNAL):
            self._segments.add(name.removeprefix(JOURNAL), file)
            return
        place, _, table = name.removeprefix(COMPARTMENTS).removesuffix(LINES).rpartition("/")
        filling = self._main if f"{place}/" == TABLES else self._own.get(place)
        if filling is None:
            raise Damaged(name)
        filling.take(table, file)


class Segments:
    """The journal's files of a restoration; after a fault they are gone again."""

    def __init__(self, folder: Path) -> None:
        """Write to that folder, which must be empty."""
        self.sizes: dict[str, int] = {}
        self._folder = folder
        if any(folder.iterdir()):
            raise OperatorError("{path} is not empty: a back-up is restored into an empty data folder", path=folder)

    def __enter__(self) -> Self:
        """Begin."""
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        """Take away what was written, unless all went well."""
        if kind is not None:
            for name in self.sizes:
                (self._folder / name).unlink(missing_ok=True)

    def add(self, name: str, file: IO[bytes]) -> None:
        """Write one, and see it on the disk."""
        if not SEGMENT.fullmatch(name) or name in self.sizes:
            raise Damaged(name)
        self.sizes[name] = 0
        descriptor = os.open(self._folder / name, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC, FILE_MODE)
        with os.fdopen(descriptor, "wb") as segment:
            while piece := file.read(PIECE_BYTES):
                self.sizes[name] += segment.write(piece)
            segment.flush()
            os.fsync(descriptor)


@contextmanager
def understood(source: Path) -> Iterator[None]:
    """Say in one sentence what is wrong with an archive."""
    try:
        yield
    except (Damaged, tarfile.TarError, EOFError, gzip.BadGzipFile, zlib.error, msgspec.MsgspecError, ValueError) as error:
        raise OperatorError("{path} is no whole back-up ({reason})", path=source, reason=error) from error
    except OSError as error:
        raise OperatorError("{path} cannot be restored: {reason}", path=source, reason=error.strerror or error) from error


def read_row(line: bytes, table: Table) -> dict[str, Any]:
    """Return a line's row: all columns of its table, no others, and only what each can take."""
    row = msgspec.json.decode(line, type=dict[str, Any])
    if row.keys() != set(table.columns.keys()) or not all(fits(column, row[column.name]) for column in table.columns):
        raise Damaged(table.name)
    binary = [column.name for column in table.columns if isinstance(column.type, sa.LargeBinary)]
    return row | {name: b64decode(row[name], validate=True) for name in binary if row[name] is not None}


def fits(column: sa.Column[Any], value: object) -> bool:
    """Whether a column can take a value as it stands in a line."""
    kind = next((kind for of, kind in KINDS if isinstance(column.type, of)), None)
    if value is None or kind is None:
        return value is not None or bool(column.nullable)
    if isinstance(value, str) and "\0" in value:
        return False  # PostgreSQL has no such text
    return type(value) is kind and not (isinstance(value, int) and abs(value) >= MOST)


def numbered(table: Table) -> list[str]:
    """Return the columns that PostgreSQL numbers by itself."""
    return [column.name for column in table.columns if "nextval" in str(getattr(column.server_default, "arg", ""))]


def go_on(table: str, column: str) -> sa.TextClause:
    """Return the statement that lets a column's numbers go on behind its largest."""
    return sa.text(f"SELECT setval(pg_get_serial_sequence('{table}', '{column}'), coalesce(max(\"{column}\"), 0) + 1, false) FROM {table}")  # noqa: S608  (names of our own schema)
