"""What holds for all tests: a property is judged by its examples, never by how long one of them took; the longest begin first."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hypothesis import settings

from tests.postgres import (  # the fixtures of both databases, for every folder
    database_url,
    empty_database_url,
    empty_postgres_url,
    own_postgres,
    postgres_databases,
    postgres_server,
    postgres_url,
)

if TYPE_CHECKING:
    import pytest

__all__ = [
    "database_url",
    "empty_database_url",
    "empty_postgres_url",
    "own_postgres",
    "postgres_databases",
    "postgres_server",
    "postgres_url",
]

settings.register_profile("yumen", deadline=None)
settings.load_profile("yumen")

LONG = ("soak", "end_to_end", "clients", "cli", "alerts", "client", "console")
"""The folders whose files take longest: they begin first, so that no process is left alone with one of them at the end."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the tests of these folders before the others, each folder's in its own order."""
    items.sort(key=rank)


def rank(item: pytest.Item) -> int:
    """Return how early a test begins: the smaller, the earlier."""
    folder = item.nodeid.split("/")[1]
    return LONG.index(folder) if folder in LONG else len(LONG)
