"""What holds for all tests: a property is judged by its examples, never by how long one of them took; the long ones are spread."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hypothesis import settings

from tests.databases import (  # for every folder
    database,
    database_url,
    empty_database_url,
    sqlite_database,
    sqlite_template,
    sqlite_url,
)
from tests.postgres import (  # the same
    empty_postgres_url,
    own_postgres,
    postgres_databases,
    postgres_server,
    postgres_url,
)

if TYPE_CHECKING:
    import pytest

__all__ = [
    "database",
    "database_url",
    "empty_database_url",
    "empty_postgres_url",
    "own_postgres",
    "postgres_databases",
    "postgres_server",
    "postgres_url",
    "sqlite_database",
    "sqlite_template",
    "sqlite_url",
]

settings.register_profile("yumen", deadline=None)
settings.load_profile("yumen")

LONG = ("soak", "end_to_end", "clients", "cli", "organizations", "alerts", "client", "console")
"""The folders whose files take longest, the longest first."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Spread the long files evenly among the others, so that few of them run at once, and none is left alone at the end."""
    files = sorted(dict.fromkeys(map(file_of, items)), key=rank)
    long = [each for each in files if rank(each) < len(LONG)]
    other = files[len(long) :]
    places = {each: (at + 0.5) / len(group) for group in (long, other) for at, each in enumerate(group)}
    items.sort(key=lambda item: places[file_of(item)])


def file_of(item: pytest.Item) -> str:
    """Return the file that a test is in."""
    return item.nodeid.partition("::")[0]


def rank(file: str) -> int:
    """Return how long a file's folder takes: the smaller, the longer."""
    folder = file.split("/")[1]
    return LONG.index(folder) if folder in LONG else len(LONG)
