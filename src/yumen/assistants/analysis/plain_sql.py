"""Turns a wish into SQL, pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from yumen.assistants.analysis.names import quoted

if TYPE_CHECKING:
    from yumen.assistants.analysis.question import Wish

_CALLS = {"sum": "sum", "average": "avg", "min": "min", "max": "max"}
DEFAULT_GROUPS = 100


def sql_of(wish: Wish) -> str:
    """Return the query of a wish; every name and value is quoted."""
    lines = [f"SELECT {', '.join(_selected(wish))}", f"FROM {quoted(wish.table.name)}"]
    if wish.filters:
        lines.append("WHERE " + " AND ".join(f"{quoted(column.name)} = {_text(value)}" for column, value in wish.filters))
    if wish.group is not None:
        lines.append("GROUP BY 1")
    if wish.top is not None:
        lines += [f"ORDER BY {_ordered(wish)} {'ASC' if wish.ascending else 'DESC'} NULLS LAST", f"LIMIT {wish.top}"]
    elif wish.group is not None:
        lines.append("ORDER BY 1" if wish.group.is_time or wish.group.is_number else "ORDER BY 2 DESC NULLS LAST, 1")
    return "\n".join(lines)


def value_name(wish: Wish) -> str:
    """Return the name of the computed column: `sum of amount`, `count`."""
    return f"{wish.function} of {wish.measure.name}" if wish.measure is not None and wish.function is not None else "count"


def _selected(wish: Wish) -> list[str]:
    if wish.function is None:
        return ["*"]
    group = [] if wish.group is None else [quoted(wish.group.name)]
    return [*group, f"{_call(wish)} AS {quoted(value_name(wish))}"]


def _call(wish: Wish) -> str:
    if wish.measure is None:
        return "count(*)"
    if wish.function == "distinct":
        return f"count(DISTINCT {quoted(wish.measure.name)})"
    return f"{_CALLS.get(wish.function or '', 'count')}({quoted(wish.measure.name)})"


def _ordered(wish: Wish) -> str:
    return "2" if wish.group is not None else quoted(wish.measure.name) if wish.measure is not None else "1"


def _text(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"
