"""One door to the SQL database: transactions that begin as they mean to go on, migrations, and the revision that writers raise."""

from __future__ import annotations

from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

from sqlalchemy import event, make_url, text
from sqlalchemy.exc import DatabaseError, IntegrityError, InterfaceError, ProgrammingError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.ext.asyncio import create_async_engine

from yumen.errors import OperatorError, Overloaded
from yumen.storage.schema import HEAD, VERSIONS, make_schema

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator
    from contextlib import AbstractAsyncContextManager

    from sqlalchemy import Connection
    from sqlalchemy.engine.interfaces import DBAPIConnection
    from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

BUSY_TIMEOUT_MS = 5000
POOL_SIZE = 4
"""Connections kept; each is a thread of aiosqlite's. One writer and a few readers are all that a gateway has, and the one that came
back last is taken next: while nobody overlaps, one thread does everything."""


class DatabaseUnavailable(Overloaded):
    """Overloaded: the gateway's database cannot be reached or written; try again."""

    chinese = "网关的数据库暂时无法访问,请稍后重试。"


class Database:
    """The database by its URL. `begin` writes (all or nothing), `connect` reads one consistent picture.

    Both raise `DatabaseUnavailable` where the database is at fault; a broken constraint stays `sqlalchemy.exc.IntegrityError`,
    for the store that knows what it means.
    """

    def __init__(self, url: str, *, busy_timeout_ms: int = BUSY_TIMEOUT_MS) -> None:
        """Make the engine; nothing is opened before the first use."""
        self._engine = create_async_engine(url, pool_size=POOL_SIZE, pool_use_lifo=True, pool_timeout=busy_timeout_ms / 1000)
        if make_url(url).get_backend_name() == "sqlite":
            prepare_sqlite(self._engine, busy_timeout_ms)
        self._writer = self._engine.execution_options(begin="BEGIN IMMEDIATE")

    def begin(self) -> AbstractAsyncContextManager[AsyncConnection]:
        """Open a transaction that holds the right to write from its first moment; it commits at the end or leaves no trace."""
        return transaction(self._writer)

    def connect(self) -> AbstractAsyncContextManager[AsyncConnection]:
        """Open a transaction for reading: all its statements see the database as it was at the first of them."""
        return transaction(self._engine)

    async def upgrade(self) -> None:
        """Bring the schema to `HEAD`; raise `OperatorError` where a newer program has written it."""
        async with self.connect() as connection:
            if await connection.run_sync(stored_version) == HEAD:
                return
        async with self.begin() as connection:
            await connection.run_sync(migrate)

    async def raise_revision(self, connection: AsyncConnection) -> int:
        """Raise the revision in the writer's own transaction and return it; every administrative write does this once."""
        result = await connection.execute(text("UPDATE revision SET number = number + 1 WHERE id = 1 RETURNING number"))
        return int(result.scalar_one())

    async def read_revision(self) -> int:
        """Return the revision: when it differs from the one seen before, what was remembered from the database is stale."""
        async with self.connect() as connection:
            return int((await connection.execute(text("SELECT number FROM revision WHERE id = 1"))).scalar_one())

    async def dispose(self) -> None:
        """Close every connection."""
        await self._engine.dispose()


@asynccontextmanager
async def transaction(engine: AsyncEngine) -> AsyncIterator[AsyncConnection]:
    """Yield a connection in a transaction and translate what the driver raises."""
    try:
        async with engine.begin() as connection:
            yield connection
    except (IntegrityError, ProgrammingError):
        raise
    except (DatabaseError, InterfaceError, PoolTimeout, OSError) as error:
        raise DatabaseUnavailable from error


def prepare_sqlite(engine: AsyncEngine, busy_timeout_ms: int) -> None:
    """Set what SQLite needs: WAL, waiting for locks, and transactions that we begin ourselves.

    The driver's own habit of beginning late lets a reader turn writer, which SQLite refuses at once when another wrote meanwhile;
    https://docs.sqlalchemy.org/en/21/dialects/sqlite.html describes this way out.
    """

    @event.listens_for(engine.sync_engine, "connect")
    def prepare(connection: DBAPIConnection, _record: object) -> None:
        connection.isolation_level = None
        cursor = connection.cursor()
        for pragma in pragmas(busy_timeout_ms):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    @event.listens_for(engine.sync_engine, "begin")
    def begin(connection: Connection) -> None:
        connection.exec_driver_sql(connection.get_execution_options().get("begin", "BEGIN"))


def pragmas(busy_timeout_ms: int) -> Iterator[str]:
    """Yield the settings of every connection; the time-out comes first, since the others may have to wait for a lock."""
    yield f"busy_timeout = {busy_timeout_ms}"
    yield "journal_mode = WAL"
    yield "synchronous = NORMAL"
    yield "foreign_keys = ON"


def stored_version(connection: Connection) -> str | None:
    """Return the version that the database was left at, None for an empty one; refuse one that we do not know."""
    if not connection.dialect.has_table(connection, "alembic_version"):
        return None
    version: Any = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
    if version is not None and version not in VERSIONS:
        raise OperatorError(
            "the database is at version {version}, which a newer Yumen wrote; this one knows up to {head}: install the newer one",
            version=version,
            head=HEAD,
        )
    return None if version is None else str(version)


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
