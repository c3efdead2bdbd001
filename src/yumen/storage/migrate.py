"""Alembic, driven from inside: the migrations that ship in this package, run on a connection that is already open."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine

from yumen.storage.schema import END

if TYPE_CHECKING:
    from sqlalchemy import Connection

FOLDER = Path(__file__).parent / "migrations"


def configuration() -> Config:
    """Return Alembic's configuration without a file: the scripts are in this package."""
    config = Config()
    config.set_main_option("script_location", str(FOLDER).replace("%", "%%"))
    return config


def upgrade(connection: Connection, version: str = "head") -> None:
    """Bring the schema to a version, the newest unless another is named, within the connection's transaction."""
    config = configuration()
    config.attributes["connection"] = connection
    command.upgrade(config, version)


def versions() -> tuple[str, ...]:
    """Return every version that Alembic finds, oldest first."""
    return tuple(script.revision for script in reversed(list(ScriptDirectory.from_config(configuration()).walk_revisions())))


def snapshot() -> str:
    """Return what all migrations make of an empty SQLite database, as SQL; `schema.sql` is this text."""
    engine = create_engine("sqlite://")
    with engine.begin() as connection:
        upgrade(connection)
        objects = connection.exec_driver_sql("SELECT sql FROM sqlite_master WHERE sql IS NOT NULL ORDER BY rowid").scalars().all()
        tables = connection.exec_driver_sql("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY rowid").scalars().all()
        rows = [row for table in tables for row in rows_of(connection, table)]
    engine.dispose()
    return "".join(statement.strip() + END for statement in [*objects, *rows])


def rows_of(connection: Connection, table: str) -> list[str]:
    """Return the statements that write what a table holds from the start."""
    columns = [row.name for row in connection.exec_driver_sql(f"PRAGMA table_info({table})")]
    values = " || ', ' || ".join(f'quote("{column}")' for column in columns)
    found = connection.exec_driver_sql(f"SELECT {values} FROM {table}").scalars().all()  # noqa: S608  (names of our own)
    return [f"INSERT INTO {table} VALUES ({row})" for row in found]  # noqa: S608  (the same)
