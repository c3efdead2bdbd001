"""What is remembered of each customer: how it stands, and what was said; one SQLite file, its owner's alone."""

from __future__ import annotations

import sqlite3
from threading import RLock
from typing import TYPE_CHECKING

import msgspec

from yumen.assistants.support.values import Customer, Said
from yumen.errors import OperatorError

if TYPE_CHECKING:
    from pathlib import Path

VERSION = 1
BUSY_S = 10.0
SCHEMA = f"""
BEGIN IMMEDIATE;
CREATE TABLE IF NOT EXISTS customer (id TEXT PRIMARY KEY, misses INTEGER NOT NULL, unsatisfied INTEGER NOT NULL,
                                     handed_over_us INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS said (id INTEGER PRIMARY KEY, customer TEXT NOT NULL, at_us INTEGER NOT NULL, question TEXT NOT NULL,
                                 answer TEXT NOT NULL, files TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS said_by_customer ON said (customer, id);
PRAGMA user_version = {VERSION};
COMMIT;
"""
KEEP = """
INSERT INTO customer (id, misses, unsatisfied, handed_over_us) VALUES (?, ?, ?, ?) ON CONFLICT (id) DO UPDATE SET
misses = excluded.misses, unsatisfied = excluded.unsatisfied, handed_over_us = excluded.handed_over_us
"""


class Customers:
    """Remembers. Threads may share it."""

    def __init__(self, path: Path) -> None:
        """Open the file, or make its tables. Raises OperatorError where it cannot be used, or a newer Yumen wrote it."""
        self._lock = RLock()
        try:
            self._sql = sqlite3.connect(path, timeout=BUSY_S, isolation_level=None, check_same_thread=False)
            self._sql.execute("PRAGMA journal_mode = WAL")
            (version,) = self._sql.execute("PRAGMA user_version").fetchone()
            if version < VERSION:
                self._sql.executescript(SCHEMA)
        except sqlite3.DatabaseError as error:
            raise OperatorError("{path} cannot be used: {reason}", path=path, reason=error) from error
        if version > VERSION:
            raise OperatorError("{path} was written by a newer Yumen: install that", path=path)

    def close(self) -> None:
        """Close the file."""
        with self._lock:
            self._sql.close()

    def find(self, customer_id: str) -> Customer:
        """Return how it stands with a customer; one who was never here is new."""
        with self._lock:
            row = self._sql.execute("SELECT id, misses, unsatisfied, handed_over_us FROM customer WHERE id = ?", (customer_id,)).fetchone()
        return Customer(*row) if row else Customer(customer_id)

    def keep(self, customer: Customer, said: Said | None = None) -> None:
        """Write how it stands now, and what was said, together."""
        with self._lock:
            self._sql.execute("BEGIN IMMEDIATE")
            try:
                self._sql.execute(KEEP, msgspec.structs.astuple(customer))
                if said is not None:
                    row = (customer.id, said.at_us, said.question, said.answer, msgspec.json.encode(said.files).decode())
                    self._sql.execute("INSERT INTO said (customer, at_us, question, answer, files) VALUES (?, ?, ?, ?, ?)", row)
            except BaseException:
                self._sql.rollback()
                raise
            self._sql.commit()

    def said(self, customer_id: str, limit: int = 50) -> list[Said]:
        """Return the last things that were said, the oldest first."""
        with self._lock:
            rows = self._sql.execute(
                "SELECT at_us, question, answer, files FROM said WHERE customer = ? ORDER BY id DESC LIMIT ?", (customer_id, limit)
            ).fetchall()
        return [
            Said(at_us, question, answer, msgspec.json.decode(files, type=tuple[str, ...]))
            for at_us, question, answer, files in reversed(rows)
        ]

    def forget(self, customer_id: str) -> bool:
        """Delete all of a customer; return whether there was anything."""
        with self._lock:
            self._sql.execute("BEGIN IMMEDIATE")
            gone = self._sql.execute("DELETE FROM customer WHERE id = ?", (customer_id,)).rowcount
            gone += self._sql.execute("DELETE FROM said WHERE customer = ?", (customer_id,)).rowcount
            self._sql.commit()
        return gone > 0
