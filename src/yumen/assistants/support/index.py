"""The index of a folder of documents: one SQLite file with full-text search, which only reads again what has changed.

It can be made anew from the documents at any time: a file of another version, or a damaged one, is.
"""

from __future__ import annotations

import sqlite3
from contextlib import contextmanager
from math import log
from threading import RLock
from typing import TYPE_CHECKING

import msgspec

from yumen.assistants.documents import read_document
from yumen.assistants.support.folder import Seen, seen_in
from yumen.assistants.support.terms import asked, indexed, is_chinese
from yumen.assistants.support.values import Hit
from yumen.errors import OperatorError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from yumen.assistants.documents import Document

VERSION = 1
BUSY_S = 10.0
CANDIDATES = 30
WEIGHTS = "2.0, 3.0, 1.0"
"""A word in the title counts twice, in a heading thrice: authors put there what a passage is about."""
SCHEMA = f"""
CREATE TABLE file (id INTEGER PRIMARY KEY, name TEXT UNIQUE NOT NULL, size INTEGER NOT NULL, changed_ns INTEGER NOT NULL,
                   title TEXT NOT NULL);
CREATE TABLE passage (id INTEGER PRIMARY KEY, file_id INTEGER NOT NULL, heading TEXT NOT NULL, text TEXT NOT NULL,
                      line INTEGER NOT NULL, page INTEGER NOT NULL);
CREATE INDEX passage_of_file ON passage (file_id);
CREATE VIRTUAL TABLE term USING fts5 (title, heading, text, tokenize = 'porter unicode61');
PRAGMA user_version = {VERSION};
"""
SEARCH = f"""
SELECT passage.id, file.name, file.title, passage.heading, passage.text, passage.line, passage.page FROM term
JOIN passage ON passage.id = term.rowid JOIN file ON file.id = passage.file_id
WHERE term MATCH ? ORDER BY bm25(term, {WEIGHTS}), passage.id LIMIT {CANDIDATES}
"""  # noqa: S608  (constants of this file)


class Refreshed(msgspec.Struct, frozen=True):
    """What became of the index when the folder was looked at anew."""

    read: int = 0
    kept: int = 0
    removed: int = 0
    unreadable: tuple[OperatorError, ...] = ()
    """Why files were left out."""


class Index:
    """Finds passages. Threads may share it."""

    def __init__(self, path: Path) -> None:
        """Open the file, or make it; its folder is there. Raises OperatorError where it cannot be used."""
        self._path = path
        self._lock = RLock()
        try:
            self._sql = opened(path)
        except sqlite3.DatabaseError:
            path.write_bytes(b"")  # emptied, not deleted: its mode stays
            self._sql = opened(path)

    def close(self) -> None:
        """Close the file."""
        with self._lock:
            self._sql.close()

    def refresh(self, folder: Path) -> Refreshed:
        """Read what is new or changed in the folder, and drop what is gone. Raises OperatorError where the folder cannot be read."""
        seen = {each.name: each for each in seen_in(folder)}
        with self._writing() as sql:
            known = {name: (size, changed_ns) for name, size, changed_ns in sql.execute("SELECT name, size, changed_ns FROM file")}
            gone = known.keys() - seen.keys()
            changed = [each for name, each in seen.items() if known.get(name) != (each.size, each.changed_ns)]
            for name in (*gone, *(each.name for each in changed)):
                drop(sql, name)
            unreadable = [error for each in changed for error in take(sql, each)]
        return Refreshed(len(changed) - len(unreadable), len(seen) - len(changed), len(gone), tuple(unreadable))

    def search(self, question: str, limit: int) -> list[Hit]:
        """Return the passages that fit a question best, the best first."""
        wanted = asked(question)
        if not wanted:
            return []
        with self._lock:
            rows = self._sql.execute(SEARCH, (" OR ".join(map(quoted, wanted)),)).fetchall()
            weights = self._weights(wanted, {row[0] for row in rows})
        return [
            Hit(file, title, heading, text, line, page, weights.get(passage_id, 0.0))
            for passage_id, file, title, heading, text, line, page in rows[:limit]
        ]

    @property
    def size(self) -> tuple[int, int]:
        """How many files and passages there are."""
        with self._lock:
            files, passages = (self._sql.execute(f"SELECT count(*) FROM {table}").fetchone()[0] for table in ("file", "passage"))  # noqa: S608
        return files, passages

    def _weights(self, wanted: list[str], candidates: set[int]) -> dict[int, float]:
        """Return how much of the question each candidate holds."""
        (count,) = self._sql.execute("SELECT count(*) FROM passage").fetchone()
        held = dict.fromkeys(candidates, 0.0)
        total = 0.0
        for term in wanted:
            having = {row[0] for row in self._sql.execute("SELECT rowid FROM term WHERE term MATCH ?", (quoted(term),))}
            rarity = log(1 + (count - len(having) + 0.5) / (len(having) + 0.5))
            total += rarity
            for found in having & candidates:
                held[found] += rarity
        return {found: weight / total for found, weight in held.items()}

    @contextmanager
    def _writing(self) -> Iterator[sqlite3.Connection]:
        """Write all or nothing. Another process that writes is waited for."""
        with self._lock:
            try:
                self._sql.execute("BEGIN IMMEDIATE")
                yield self._sql
            except BaseException:
                self._sql.rollback()
                raise
            self._sql.commit()


def opened(path: Path) -> sqlite3.Connection:
    """Return a connection to the index, empty where it was of another version. Raises OperatorError, DatabaseError where it is damaged."""
    try:
        sql = sqlite3.connect(path, timeout=BUSY_S, isolation_level=None, check_same_thread=False)
        sql.execute("PRAGMA journal_mode = WAL")
        sql.execute("PRAGMA synchronous = NORMAL")
        (version,) = sql.execute("PRAGMA user_version").fetchone()
        if version != VERSION:
            renew(sql)
    except sqlite3.OperationalError as error:
        raise OperatorError("the index {path} cannot be used: {reason}", path=path, reason=error) from error
    return sql


def renew(sql: sqlite3.Connection) -> None:
    """Drop everything, and make the tables of this version, in one transaction."""
    tables = [row[0] for row in sql.execute("SELECT name FROM sqlite_master WHERE type = 'table' AND name IN ('file', 'passage', 'term')")]
    drops = "".join(f"DROP TABLE {table};" for table in tables)
    sql.executescript(f"BEGIN IMMEDIATE; {drops} {SCHEMA} COMMIT;")


def take(sql: sqlite3.Connection, seen: Seen) -> Iterator[OperatorError]:
    """Read a file into the index; yield why it cannot be read."""
    try:
        document = read_document(seen.path)
    except OperatorError as error:
        yield error
        return
    row = sql.execute(
        "INSERT INTO file (name, size, changed_ns, title) VALUES (?, ?, ?, ?)", (seen.name, seen.size, seen.changed_ns, document.title)
    )
    put(sql, row.lastrowid or 0, document)


def put(sql: sqlite3.Connection, file_id: int, document: Document) -> None:
    """Write a document's passages and their terms."""
    for passage in document.passages:
        row = sql.execute(
            "INSERT INTO passage (file_id, heading, text, line, page) VALUES (?, ?, ?, ?, ?)",
            (file_id, passage.heading, passage.text, passage.line, passage.page),
        )
        searched = (indexed(document.title), indexed(passage.heading), indexed(passage.text))
        sql.execute("INSERT INTO term (rowid, title, heading, text) VALUES (?, ?, ?, ?)", (row.lastrowid, *searched))


def drop(sql: sqlite3.Connection, name: str) -> None:
    """Take a file and its passages out."""
    of_file = "(SELECT passage.id FROM passage JOIN file ON file.id = passage.file_id WHERE file.name = ?)"
    sql.execute(f"DELETE FROM term WHERE rowid IN {of_file}", (name,))  # noqa: S608  (a constant)
    sql.execute(f"DELETE FROM passage WHERE id IN {of_file}", (name,))  # noqa: S608  (the same)
    sql.execute("DELETE FROM file WHERE name = ?", (name,))


def quoted(term: str) -> str:
    """Return a term as a query has it: a text, so that nothing in it commands the search. A lone Chinese character may begin any pair."""
    lone = len(term) == 1 and is_chinese(term)
    return '"' + term.replace('"', '""') + '"' + "*" * lone
