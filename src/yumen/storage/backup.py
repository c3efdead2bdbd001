"""`backup`: everything that a gateway knows, in one file, while it goes on serving.

The journal is copied first and the database read after it, in one picture. So what was written down before the back-up began is in the
journal, or had been moved to the database by then, or in both: never in neither. What is in both is one entry again when it is restored.
"""

from __future__ import annotations

import io
import os
import re
import tarfile
from contextlib import contextmanager
from tempfile import SpooledTemporaryFile
from typing import IO, TYPE_CHECKING

import msgspec
import sqlalchemy as sa

from yumen.errors import OperatorError
from yumen.storage.archive import COMPARTMENTS, JOURNAL, LINES, MANIFEST, SUMS, TABLES, UNCOUNTED, Manifest, Sums
from yumen.storage.compartments import SINCE, Compartments
from yumen.storage.database import stored_version
from yumen.storage.folder import FILE_MODE
from yumen.storage.schema import SQLITE_SCHEMA, VERSIONS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

    from sqlalchemy import Connection, Table
    from sqlalchemy.ext.asyncio import AsyncConnection

    from yumen.storage.database import Database

HELD_BYTES = 8 << 20
"""How much of a table waits in memory for its place in the archive; a larger one waits in a nameless file beside it."""
AT_ONCE = 500


async def back_up(database: Database, journal: Iterable[Path], target: Path, manifest: Manifest) -> Sums:
    """Write an archive, which is there whole or not at all; return what is in it. Raises OperatorError where it cannot be written.

    The compartments beside the database are in it: each is read after the main database, whose picture says that rows lie there.
    """
    compartments = Compartments(database)
    try:
        names = await names_of(compartments, manifest.schema)
        with new_file(target) as file, tarfile.open(fileobj=file, mode="w:gz", compresslevel=6) as archive:
            add(archive, MANIFEST, msgspec.json.encode(msgspec.structs.replace(manifest, compartments=names)))
            segments = {}
            for path in journal:
                data = written(path)
                if data:
                    add(archive, JOURNAL + path.name, data)
                    segments[path.name] = len(data)
            tables = await add_database(database, TABLES, (archive, target), manifest.schema)
            if await names_of(compartments, manifest.schema) != names:
                raise OperatorError("an organization was isolated while the database was read: take the back-up again")
            for name in names:
                own = await add_database(compartments.named(name), f"{COMPARTMENTS}{name}/", (archive, target), manifest.schema)
                tables |= {f"{name}/{table}": count for table, count in own.items()}
            sums = Sums(tables, segments)
            add(archive, SUMS, msgspec.json.encode(sums))
        return sums
    finally:
        await compartments.close()


async def names_of(compartments: Compartments, schema: str) -> tuple[str, ...]:
    """Return the compartments of a database of that version."""
    if VERSIONS.index(schema) < VERSIONS.index(SINCE):
        return ()
    await compartments.follow()
    return tuple(sorted(compartments.names.values()))


async def add_database(database: Database, place: str, into: tuple[tarfile.TarFile, Path], schema: str) -> dict[str, int]:
    """Add every table of a database, in one picture, below a place; return how many rows each has."""
    async with database.read_long() as connection:
        return await add_tables(connection, place, into, schema)


async def add_tables(connection: AsyncConnection, place: str, into: tuple[tarfile.TarFile, Path], schema: str) -> dict[str, int]:
    """Add every table as the transaction sees it, and return how many rows each has."""
    archive, target = into
    if await connection.run_sync(stored_version) != schema:
        raise OperatorError("the database was migrated while it was read: take the back-up again, with the newer program")
    counts = {}
    own = own_tables()
    for table in await connection.run_sync(tables_of):
        if table.name not in own:
            continue
        with written_to(target), SpooledTemporaryFile(HELD_BYTES, dir=str(target.parent)) as lines:
            counts[table.name] = await write_lines(connection, table, lines)
            member = tarfile.TarInfo(place + table.name + LINES)
            member.size = lines.tell()
            member.mode = FILE_MODE
            lines.seek(0)
            archive.addfile(member, lines)
    return counts


async def write_lines(connection: AsyncConnection, table: Table, lines: IO[bytes]) -> int:
    """Write a table's rows, one JSON object a line (bytes in base64); return how many."""
    query = sa.select(table).order_by(*table.primary_key.columns)
    count = 0
    result = await connection.stream(query, execution_options={"yield_per": AT_ONCE})
    async for row in result.mappings():
        lines.write(msgspec.json.encode(dict(row)) + b"\n")
        count += 1
    return count


def tables_of(connection: Connection, only: Sequence[str] | None = None) -> list[Table]:
    """Return every table of the schema, or only those, with the columns that the database itself says they have."""
    metadata = sa.MetaData()
    metadata.reflect(connection, only=only)
    return [table for name, table in sorted(metadata.tables.items()) if name not in UNCOUNTED]


def own_tables() -> frozenset[str]:
    """Return the names of the gateway's tables: what else somebody keeps in the database would find no place at the restoration."""
    return frozenset(re.findall(r"CREATE TABLE (\w+)", SQLITE_SCHEMA.read_text()))


def written(path: Path) -> bytes:
    """Return the whole lines of a journal's file; nothing where it is gone: then all of it is in the database."""
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        return b""
    return data[: data.rfind(b"\n") + 1]


def add(archive: tarfile.TarFile, name: str, data: bytes) -> None:
    """Add a member."""
    member = tarfile.TarInfo(name)
    member.size = len(data)
    member.mode = FILE_MODE
    archive.addfile(member, io.BytesIO(data))


@contextmanager
def new_file(target: Path) -> Iterator[IO[bytes]]:
    """Give a file to write, its owner's alone, that gets its name once it is whole and on the disk; after a fault nothing is left."""
    if target.exists():
        raise OperatorError("{path} is there already: name a file that is not", path=target)
    part = target.with_name(f".{target.name}.{os.getpid()}.part")
    with written_to(target):
        descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC, FILE_MODE)
        try:
            with os.fdopen(descriptor, "wb") as file:
                yield file
                file.flush()
                os.fsync(descriptor)
            part.rename(target)
        finally:
            part.unlink(missing_ok=True)


@contextmanager
def written_to(target: Path) -> Iterator[None]:
    """Say in a sentence what prevents the writing: within a transaction it would pass for the database's fault, as a lost connection is."""
    try:
        yield
    except (ConnectionError, TimeoutError):
        raise
    except OSError as error:
        raise OperatorError("{path} cannot be written: {reason}", path=target, reason=error.strerror or error) from error
