"""One door to the SQL database: transactions that begin as they mean to go on, migrations, and the revision that writers raise."""

from __future__ import annotations

import asyncio
import logging
from contextlib import asynccontextmanager
from random import random
from typing import TYPE_CHECKING, TypeVar
from urllib.parse import quote, unquote

from sqlalchemy import URL, make_url, text

from yumen.errors import OperatorError
from yumen.storage import postgres, sqlite
from yumen.storage.faults import DatabaseUnavailable, WritesCollided, reason_of, translated
from yumen.storage.schema import HEAD, VERSIONS, make_schema

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable
    from contextlib import AbstractAsyncContextManager
    from pathlib import Path

    from sqlalchemy import Connection
    from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

log = logging.getLogger("yumen.storage")

TIMEOUT_MS = 5000
TRIES = 8
PAUSE_S = 0.05
"""After a collision both wait for a moment, each for another one, up to this times the number of the try."""
MIGRATION_LOCK = 0x59756D656E
"""The number of PostgreSQL's advisory lock under which one of several programs migrates: `Yumen` in hexadecimal."""

Result = TypeVar("Result")


class Database:
    """The database by its URL. `begin` and `write` write (all or nothing), `connect` reads one consistent picture.

    All raise `DatabaseUnavailable` where the database is at fault; a broken constraint stays `sqlalchemy.exc.IntegrityError`,
    for the store that knows what it means.
    """

    def __init__(self, url: str | URL, *, timeout_ms: int = TIMEOUT_MS, schema: str | None = None, pooled: bool = True) -> None:
        """Make the engine; nothing is opened before the first use. `schema`: the one of PostgreSQL's that has the tables.

        `pooled`: whether connections are kept for the next transaction.
        """
        self._url = make_url(url)
        self._timeout_ms = timeout_ms
        self._schema = schema
        self.pooled = pooled
        self.kind = self._url.get_backend_name()
        """`sqlite` or `postgresql`."""
        if self.kind == "sqlite":
            self._engine = sqlite.sqlite_engine(self._url, timeout_ms, pooled=pooled)
            self._patient, self._reader = self._engine, self._engine
            self._threads = sqlite.Threads(self._engine, timeout_ms)
        else:
            self._engine = postgres.postgres_engine(self._url, timeout_ms, schema, pooled=pooled)
            self._patient = postgres.patient_engine(self._url, timeout_ms, schema)
            self._reader = self._engine.execution_options(**postgres.READING)
        self._writing = sqlite.WRITING if self.kind == "sqlite" else postgres.WRITING
        self._writer = self._engine.execution_options(**self._writing)

    @property
    def place(self) -> str:
        """Where the database is, as it may be shown: the file, or the server and the database's name."""
        if self.kind == "sqlite":
            name = str(self._url.database)
            return unquote(name.removeprefix("file:")) if self._url.query else name
        host = self._url.host or self._url.query.get("host") or "localhost"
        shown = f"postgresql://{host}:{self._url.port or 5432}/{self._url.database}"
        return shown if self._schema is None else f"{shown}, schema {self._schema}"

    def beside(self, place: Path | str, *, pooled: bool = True) -> Database:
        """Return another database of the same kind: that file, which must be there when it is opened, or that schema of the same server."""
        if isinstance(place, str):
            return Database(self._url, timeout_ms=self._timeout_ms, schema=place, pooled=pooled)
        url = self._url.set(database=f"file:{quote(str(place))}", query={"mode": "rw", "uri": "true"})
        return Database(url, timeout_ms=self._timeout_ms, pooled=pooled)

    def begin(self) -> AbstractAsyncContextManager[AsyncConnection]:
        """Open a transaction that may write; it commits at the end or leaves no trace.

        On SQLite it has the one right to write at once; on PostgreSQL (READ COMMITTED) what it changes is locked row by row.
        """
        return self._transaction(self._writer)

    async def write(self, work: Callable[[AsyncConnection], Awaitable[Result]]) -> Result:
        """Do some writing in a transaction, and do it again where another's writing stood in its way; it must bear being done again."""
        for tried in range(1, TRIES):
            try:
                async with self.begin() as connection:
                    return await work(connection)
            except WritesCollided:
                await asyncio.sleep(random() * PAUSE_S * tried)  # noqa: S311  (it decides nothing but who comes first)
        async with self.begin() as connection:
            return await work(connection)

    def connect(self) -> AbstractAsyncContextManager[AsyncConnection]:
        """Open a transaction for reading: all its statements see the database as it was at the first of them."""
        return self._transaction(self._reader)

    def read_long(self) -> AbstractAsyncContextManager[AsyncConnection]:
        """Open a transaction for reading a great deal: as `connect`, but without a time-out."""
        options = {} if self.kind == "sqlite" else postgres.READING
        return self._transaction(self._patient.execution_options(**options))

    def begin_long(self) -> AbstractAsyncContextManager[AsyncConnection]:
        """Open a transaction for writing a great deal, or beside another one that takes long: as `begin`, but without a time-out."""
        return self._transaction(self._patient.execution_options(**self._writing))

    def write_long(self) -> AbstractAsyncContextManager[AsyncConnection]:
        """Open a transaction for changing a great deal, such as the schema: as `begin_long`, but one at a time."""
        return self._locked()

    @asynccontextmanager
    async def unbound(self) -> AsyncIterator[AsyncConnection]:
        """Open a connection without a transaction, for what cannot be done in one, such as writing a file anew."""
        options = sqlite.UNBOUND if self.kind == "sqlite" else {"isolation_level": "AUTOCOMMIT"}
        with translated():
            async with self._patient.execution_options(**options).connect() as connection:
                yield connection

    async def upgrade(self) -> None:
        """Bring the schema to `HEAD`. Raises OperatorError where a newer program has written it, or it cannot be reached."""
        try:
            async with self.connect() as connection:
                version = await connection.run_sync(stored_version)
            if version == HEAD:
                return
            async with self.write_long() as connection:
                await connection.run_sync(migrate)
            if version is not None:
                log.info("the database was brought from version %s to %s", version, HEAD)
        except DatabaseUnavailable as fault:
            raise OperatorError("the database {place} cannot be used: {reason}", place=self.place, reason=reason_of(fault)) from fault

    async def raise_revision(self, connection: AsyncConnection) -> int:
        """Raise the revision in the writer's own transaction and return it; every administrative write does this once.

        At its end, at best: the row is locked from then on, and all who write wait for each other here.
        """
        result = await connection.execute(text("UPDATE revision SET number = number + 1 WHERE id = 1 RETURNING number"))
        return int(result.scalar_one())

    async def read_revision(self) -> int:
        """Return the revision: when it differs from the one seen before, what was remembered from the database is stale."""
        async with self.connect() as connection:
            return int((await connection.execute(text("SELECT number FROM revision WHERE id = 1"))).scalar_one())

    async def dispose(self) -> None:
        """Close every connection, and wait until it is closed."""
        await self._engine.dispose()
        if self.kind == "sqlite":
            await self._threads.end()
        else:
            await self._patient.dispose()

    @asynccontextmanager
    async def _transaction(self, engine: AsyncEngine) -> AsyncIterator[AsyncConnection]:
        """Yield a connection in a transaction, and translate what the driver raises."""
        try:
            with translated():
                async with engine.begin() as connection:
                    yield connection
        except DatabaseUnavailable as fault:
            fault.place = fault.place or self.place
            raise

    @asynccontextmanager
    async def _locked(self) -> AsyncIterator[AsyncConnection]:
        async with self.begin_long() as connection:
            if self.kind == "postgresql":
                await connection.execute(text(f"SELECT pg_advisory_xact_lock({MIGRATION_LOCK})"))
            yield connection


def stored_version(connection: Connection) -> str | None:
    """Return the version that the database was left at, None for an empty one; refuse one that we do not know."""
    if not connection.dialect.has_table(connection, "alembic_version"):
        return None
    version: str | None = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
    if version is not None and version not in VERSIONS:
        raise OperatorError(
            "the database is at version {version}, which a newer Yumen wrote; this one knows up to {head}: install the newer one",
            version=version,
            head=HEAD,
        )
    return version


def migrate(connection: Connection) -> None:
    """Run the missing migrations in the transaction of this connection; the version is read again, now under the lock."""
    version = stored_version(connection)
    if version == HEAD:
        return
    if version is None and connection.dialect.name == "sqlite" and not connection.dialect.get_table_names(connection):
        make_schema(connection)
        return
    from yumen.storage.migrate import upgrade  # noqa: PLC0415  (Alembic takes 0.3 s to load, and most starts need none)

    upgrade(connection)
