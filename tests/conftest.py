"""What holds for all tests: a property is judged by its examples, never by how long one of them took."""

from __future__ import annotations

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
