"""Looks which database it is, and how long it takes to answer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import text

from yumen.checks.finding import Finding, Level

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from yumen.clock import Clock
    from yumen.storage import Database

NAMES = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}
VERSIONS = {"sqlite": "SELECT sqlite_version()", "postgresql": "SHOW server_version"}
SLOW_MS = 50.0


async def check_database(database: Database, clock: Clock) -> AsyncIterator[Finding]:
    """Yield what the database says of itself. Raises DatabaseUnavailable."""
    async with database.connect() as connection:
        version = (await connection.execute(text(VERSIONS[database.kind]))).scalar_one()
        began_ns = clock.elapsed_ns()
        await connection.execute(text("SELECT 1"))
        answered_ms = (clock.elapsed_ns() - began_ns) / 1_000_000
    values = {"kind": NAMES[database.kind], "version": str(version), "place": database.place, "ms": f"{answered_ms:.1f}"}
    if answered_ms < SLOW_MS:
        yield Finding(Level.OK, "database", "{kind} {version}, {place}, answers in {ms} ms", values)
    else:
        yield Finding(
            Level.WARN, "database", "{kind} {version}, {place}, takes {ms} ms to answer: keys and the ledger wait for it as long", values
        )
