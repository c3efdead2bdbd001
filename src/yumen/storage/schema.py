"""The schema's versions as constants and its newest form as SQL, so that Alembic is loaded only to migrate what is older."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sqlalchemy import Connection

VERSIONS = ("0001", "0002", "0003", "0004", "0005", "0006")
"""Every migration, oldest first; a test holds it equal to Alembic's own list."""

HEAD = VERSIONS[-1]
"""The version that this program writes and reads."""

SQLITE_SCHEMA = Path(__file__).with_name("schema.sql")
"""What all migrations together make of an empty SQLite database; printed by `migrate.snapshot`, and a test holds it equal to that."""

END = ";\n"


def make_schema(connection: Connection) -> None:
    """Make the newest schema in an empty SQLite database at once: a first start need not wait for Alembic."""
    for statement in SQLITE_SCHEMA.read_text().split(END):
        if statement.strip():
            connection.exec_driver_sql(statement)
