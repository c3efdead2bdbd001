"""What the tests of back-ups share: the manifest, a journal's lines, and a database with something in every table."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import sqlalchemy as sa

from yumen.storage import HEAD
from yumen.storage.archive import FORMAT, Manifest
from yumen.storage.backup import tables_of

NEWEST = Manifest(FORMAT, HEAD, "9.9.9", "test", 1)
SEGMENT = "000000000001-abc.journal"
LINES = b"Odeadbeef [1]\nEdeadbeef [2]\n"


def fill_every_table(connection: sa.Connection) -> None:
    """Write a row with a value in every column to each table that has none yet."""
    for table in tables_of(connection):
        if not connection.execute(sa.select(sa.func.count()).select_from(table)).scalar_one():
            connection.execute(sa.insert(table), {column.name: value_of(column) for column in table.columns})


def value_of(column: sa.Column[Any]) -> object:
    """A value that is not the simplest of its type, or one of the few that a column takes."""
    if column.name == "scope":
        return "workspace"
    kinds: list[tuple[Any, object]] = [
        (sa.LargeBinary, bytes(range(256))),
        (sa.JSON, {"a": [1, "2\u2028", None, True]}),
        (sa.Boolean, True),
        (sa.BigInteger, 2**60),
        (sa.Float, 0.1),
        (sa.Integer, 2**31 - 1),
    ]
    return next((value for kind, value in kinds if isinstance(column.type, kind)), f"'{column.name}\" \\ 密")


def names(folder: Path) -> list[str]:
    """What lies in a folder."""
    return [path.name for path in folder.iterdir()]
