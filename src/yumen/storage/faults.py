"""What can go wrong with the SQL database, in our words; whatever the driver raises is translated here, and never shows a value."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from sqlalchemy.exc import DBAPIError, IntegrityError, InterfaceError, ProgrammingError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from yumen.errors import Overloaded

if TYPE_CHECKING:
    from collections.abc import Iterator

CONFLICTS = frozenset({"40001", "40P01"})
"""SQLSTATE of a serialization failure and of a deadlock: the transaction was undone whole, and may simply be done again."""


AWAY = frozenset({"42501", "3D000", "3F000", "42P01"})
"""SQLSTATE of a missing right, database, schema and table: a database that was made anew is empty until a back-up is restored to it."""


class DatabaseUnavailable(Overloaded):
    """Overloaded: the gateway's database cannot be reached or written; try again."""

    chinese = "网关的数据库暂时无法访问，请稍后重试。"
    place: str | None = None
    """Which one it is, for the operator alone; None: it is not known. An isolated organization has one of its own."""


class WritesCollided(DatabaseUnavailable):
    """Overloaded: two writes stood in each other's way, and this one was undone; try again."""

    chinese = "两个写入相互冲突，本次已撤销，请重试。"


@contextmanager
def translated() -> Iterator[None]:
    """Say in our words that the database is at fault. A broken constraint stays what it is, and so does a mistake in our SQL."""
    try:
        yield
    except DBAPIError as error:
        state = getattr(error.orig, "sqlstate", None)
        if state in CONFLICTS:
            raise WritesCollided from error
        if isinstance(error, (IntegrityError, ProgrammingError)) and not is_away(error):
            raise
        raise DatabaseUnavailable from error
    except (InterfaceError, PoolTimeout, OSError) as error:
        raise DatabaseUnavailable from error


def is_away(error: DBAPIError) -> bool:
    """Whether the database, or our right to use it, is what is missing: a class of SQLSTATE that the driver takes for a mistake in SQL."""
    return getattr(error.orig, "sqlstate", None) in AWAY


def reason_of(fault: BaseException) -> str:
    """Return in one line why the database is not there: the driver's own words, without the statement and its values."""
    cause = fault.__cause__ if isinstance(fault, DatabaseUnavailable) and fault.__cause__ is not None else fault
    said = getattr(cause, "orig", None) or cause
    if isinstance(said, TimeoutError) and not str(said):
        return "no answer in time"
    said = said.__cause__ if said.__cause__ is not None and str(said.__cause__) else said
    lines = str(said).strip().splitlines()
    return lines[0] if lines else type(said).__name__
