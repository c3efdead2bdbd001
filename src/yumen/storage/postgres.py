"""PostgreSQL as the gateway uses it: by asyncpg, with a time-out on everything, and without its password in any text."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import event, make_url
from sqlalchemy.exc import ArgumentError
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

from yumen.errors import OperatorError

if TYPE_CHECKING:
    from sqlalchemy import URL
    from sqlalchemy.engine import ExceptionContext
    from sqlalchemy.ext.asyncio import AsyncEngine

DRIVER = "postgresql+asyncpg"
POOL_SIZE = 4
OVERFLOW = 6
"""Connections beyond those kept, for a moment. A gateway asks little of the database: everything hot is remembered."""
IDLE_TIMES = 4
"""A transaction whose client stopped talking is undone by the server after so many time-outs: it may hold a lock that others need."""
WRITING = {"isolation_level": "READ COMMITTED"}
READING = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
"""All statements of a reading transaction see the database as it was at the first of them."""
QUERY = frozenset({"host", "sslmode"})
MODES = ("disable", "allow", "prefer", "require", "verify-ca", "verify-full")


def postgres_url(text: str, password: str | None) -> URL:
    """Return the operator's URL with its password. Raises OperatorError where it is none, and never shows what it may hold."""
    try:
        url = make_url(text)
    except (ArgumentError, ValueError):
        url = make_url("none://")
    if url.drivername not in ("postgresql", "postgres") or not url.database or not set(url.query) <= QUERY:
        raise OperatorError("database.url takes postgresql://USER@HOST:PORT/NAME, with ?sslmode=… or ?host=… at most")
    if url.password is not None:
        raise OperatorError("the password must not stand in database.url: name its source in database.password")
    if url.query.get("sslmode", "prefer") not in MODES:
        raise OperatorError("database.url: sslmode takes one of {choices}", choices=", ".join(MODES))
    return url.set(drivername=DRIVER, password=password)


def postgres_engine(url: URL, timeout_ms: int, schema: str | None = None, *, pooled: bool = True) -> AsyncEngine:
    """Return an engine of which nothing waits much longer than the time-out: to connect, for an answer, for a lock, in the pool."""
    kept = {
        "pool_size": POOL_SIZE,
        "max_overflow": OVERFLOW,
        "pool_use_lifo": True,
        "pool_timeout": timeout_ms / 1000,
        "pool_pre_ping": True,
    }
    engine = create_async_engine(
        without_mode(url),
        **(kept if pooled else {"poolclass": NullPool}),
        hide_parameters=True,
        connect_args=arguments(url, timeout_ms, **path_to(schema)) | {"command_timeout": timeout_ms / 1000},
    )
    hang_up_on_silence(engine)
    return engine


def patient_engine(url: URL, timeout_ms: int, schema: str | None = None) -> AsyncEngine:
    """Return an engine for long work (migrations, back-ups), which waits for its statements as long as they take."""
    patient = {"statement_timeout": "0", "lock_timeout": "0", "idle_in_transaction_session_timeout": "0", **path_to(schema)}
    return create_async_engine(
        without_mode(url), poolclass=NullPool, hide_parameters=True, connect_args=arguments(url, timeout_ms, **patient)
    )


class SchemaStatements(NamedTuple):
    """What makes a schema, and what removes it with everything in it."""

    make: str
    drop: str


def schema_statements(schema: str) -> SchemaStatements:
    """Return a schema's statements. Its name holds letters, digits and underscores alone: see `compartments.NAME`."""
    return SchemaStatements(f'CREATE SCHEMA IF NOT EXISTS "{schema}"', f'DROP SCHEMA IF EXISTS "{schema}" CASCADE')


def path_to(schema: str | None) -> dict[str, str]:
    """Return what makes a schema the only one that a connection sees; None: the server's own choice."""
    return {} if schema is None else {"search_path": f'"{schema}"'}


def without_mode(url: URL) -> URL:
    """Return the URL without what the driver takes as an argument of its own."""
    return url.difference_update_query(["sslmode"])


def arguments(url: URL, timeout_ms: int, **settings: str) -> dict[str, Any]:
    """Return what the driver is told when it connects."""
    told: dict[str, Any] = {
        "timeout": timeout_ms / 1000,
        "server_settings": {
            "application_name": "yumen",
            "jit": "off",
            "statement_timeout": str(timeout_ms),
            "lock_timeout": str(timeout_ms),
            "idle_in_transaction_session_timeout": str(IDLE_TIMES * timeout_ms),
            **settings,
        },
    }
    mode = url.query.get("sslmode")
    return told if mode is None else told | {"ssl": mode}


def hang_up_on_silence(engine: AsyncEngine) -> None:
    """Close a connection whose server did not answer in time: to ask it politely for its end would cost the same time once more."""

    @event.listens_for(engine.sync_engine, "handle_error")
    def hang_up(context: ExceptionContext) -> None:
        if isinstance(context.original_exception, TimeoutError):
            context.is_disconnect = True
            if context.connection is not None and not context.connection.invalidated:
                driver: Any = context.connection.connection.driver_connection
                driver.terminate()
