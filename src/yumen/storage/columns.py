"""Columns of the database that are read, and written, with more care than SQL's own types take."""

from __future__ import annotations

from typing import TYPE_CHECKING

import sqlalchemy as sa

if TYPE_CHECKING:
    from sqlalchemy import Table


class Blob(sa.types.TypeDecorator[bytes]):
    """Bytes. SQLite gives back whatever was written by hand, such as text: that is read as its bytes, too."""

    impl = sa.LargeBinary
    cache_ok = True

    def column_expression(self, column: sa.ColumnElement[bytes]) -> sa.ColumnElement[bytes]:
        """Read bytes, whatever there is."""
        return sa.cast(column, sa.LargeBinary)


def plain(table: Table) -> sa.TableClause:
    """Return the table for writing: None is no value in a column of JSON too, and not the word `null`."""
    return sa.table(
        table.name,
        *(sa.column(one.name, sa.JSON(none_as_null=True) if isinstance(one.type, sa.JSON) else one.type) for one in table.columns),
    )
