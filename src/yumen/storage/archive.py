"""The archive of a back-up: what stands in it, and where. A tar, packed by gzip: manifest, journal, tables, and the sums last."""

from __future__ import annotations

import re

import msgspec

FORMAT = 2
"""Raised when a program that knows the format before cannot read an archive any more."""

MANIFEST = "manifest.json"
JOURNAL = "journal/"
TABLES = "tables/"
COMPARTMENTS = "compartments/"
"""Before a compartment's name, and that before a table's."""
SUMS = "sums.json"
"""The last member: without it an archive is not whole."""
LINES = ".jsonl"
SEGMENT = re.compile(r"[0-9]{1,20}-[0-9A-Za-z]{1,64}\.journal")
"""What a file of the journal is called; nothing else is ever written to a data folder."""
UNCOUNTED = frozenset({"alembic_version"})
"""Tables that are made by migrations and are no data."""


class Manifest(msgspec.Struct, frozen=True):
    """What is read first: whether the rest can be understood. What a newer program adds to it is passed over."""

    format: int
    schema: str
    """The version of the database's schema."""
    program: str
    """The version of the program that wrote it."""
    kind: str
    """The database that it was read from; it can be restored to either."""
    created_us: int
    compartments: tuple[str, ...] = ()
    """The databases of isolated organizations that are in it, beside the main one."""


class Sums(msgspec.Struct, frozen=True):
    """What is read last: how much there must be."""

    tables: dict[str, int]
    """Rows by table; a compartment's table as NAME/TABLE."""
    segments: dict[str, int]
    """Bytes by file of the journal."""

    @property
    def rows(self) -> int:
        """All rows."""
        return sum(self.tables.values())
