"""Databases of data keys."""

from tests.isolation.databases import both, database

__all__ = ["both", "database"]
