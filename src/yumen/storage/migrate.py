"""Alembic, driven from inside: the migrations that ship in this package, run on a connection that is already open."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory

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
