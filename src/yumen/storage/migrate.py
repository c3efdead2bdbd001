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


def upgrade(connection: Connection) -> None:
    """Bring the schema to the newest version within the connection's transaction."""
    config = configuration()
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


def versions() -> tuple[str, ...]:
    """Return every version that Alembic finds, oldest first."""
    return tuple(script.revision for script in reversed(list(ScriptDirectory.from_config(configuration()).walk_revisions())))


def snapshot() -> str:
    """Return what all migrations make of an empty SQLite database, as SQL; `schema.sql` is this text."""
    engine = create_engine("sqlite://")
    with engine.begin() as connection:
        upgrade(connection)
        objects = connection.exec_driver_sql("SELECT sql FROM sqlite_master WHERE sql IS NOT NULL ORDER BY rowid").scalars().all()
        version = connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar_one()
        revision = connection.exec_driver_sql("SELECT number FROM revision").scalar_one()
    engine.dispose()
    rows = [f"INSERT INTO alembic_version VALUES ('{version}')", f"INSERT INTO revision VALUES (1, {revision})"]  # noqa: S608  (our own)
    return "".join(statement.strip() + END for statement in [*objects, *rows])
