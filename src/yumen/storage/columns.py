"""Columns of the database that are read with more care than SQL's own types take."""

from __future__ import annotations

import sqlalchemy as sa


class Blob(sa.types.TypeDecorator[bytes]):
    """Bytes. SQLite gives back whatever was written by hand, such as text: that is read as its bytes, too."""

    impl = sa.LargeBinary
    cache_ok = True

    def column_expression(self, column: sa.ColumnElement[bytes]) -> sa.ColumnElement[bytes]:
        """Read bytes, whatever there is."""
        return sa.cast(column, sa.LargeBinary)
