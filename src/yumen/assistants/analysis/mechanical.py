"""Answers in the sandbox's stead: a plain question becomes SQL by rule, and the numbers are told. No model has a part in it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from yumen.assistants.analysis.plain_sql import sql_of
from yumen.assistants.analysis.question import understand
from yumen.assistants.analysis.values import Exhibit, Refused, Reply

if TYPE_CHECKING:
    from collections.abc import Mapping

    from yumen.assistants.analysis.question import Wish
    from yumen.assistants.analysis.values import Cell, Engine, Result

SANDBOX, SANDBOX_CHINESE = "(sandbox, not Claude)", "（沙箱输出，并非 Claude）"
_CHINESE = re.compile("[\u4e00-\u9fff]")
_NAMES: Mapping[str, tuple[str, str]] = {
    "count": ("number of rows", "行数"),
    "distinct": ("number of different values of {column}", "{column}的不同取值数"),
    "sum": ("sum of {column}", "{column}合计"),
    "average": ("average of {column}", "{column}平均值"),
    "min": ("minimum of {column}", "{column}最小值"),
    "max": ("maximum of {column}", "{column}最大值"),
}
_LOST = (
    "I can count, add up, average, rank, group, and find the smallest and largest, where a question names the columns: {there}",
    "我能做计数、求和、平均、最大最小、排名和分组，问题中须写出列名。现有：{there}",
)


def answer(question: str, engine: Engine) -> Reply:
    """Answer a question, in its language; where it is not plain, say what is there to be asked about."""
    chinese = _CHINESE.search(question) is not None
    mark = SANDBOX_CHINESE if chinese else SANDBOX
    wish = understand(question, engine.tables)
    if wish is None:
        return Reply(f"{_LOST[chinese].format(there=there(engine))}\n{mark}", is_sandbox=True)
    sql = sql_of(wish)
    try:
        result = engine.query(sql)
    except Refused as refused:
        return Reply(f"{refused}\n{mark}", is_sandbox=True)
    return Reply(f"{tell(wish, result, chinese=chinese)}\n{mark}", (Exhibit(sql, result),), is_sandbox=True)


def there(engine: Engine) -> str:
    """Return the tables with their columns, in one line."""
    return "; ".join(f"{table.name} ({', '.join(column.name for column in table.columns)})" for table in engine.tables)


def tell(wish: Wish, result: Result, *, chinese: bool) -> str:
    """Return the numbers in words: one value, or a line for each group; rows are left to their table."""
    colon, comma = ("：", "，") if chinese else (": ", ", ")
    where = comma.join(f"{column.name} = {value}" for column, value in wish.filters)
    if wish.function is None:
        return f"{len(result.rows)} 行" if chinese else f"{len(result.rows)} rows"
    column = "" if wish.measure is None else wish.measure.name
    name = _NAMES[wish.function if wish.measure is not None else "count"][chinese].format(column=column)
    title = f"{name} ({where})" if where else name
    if wish.group is None:
        return f"{title}{colon}{number(result.rows[0][0])}"
    lines = [f"- {cell_text(group)}{colon}{number(value)}" for group, value in result.rows]
    by = f"按{wish.group.name}" if chinese else f"by {wish.group.name}"
    return "\n".join([f"{title}{comma}{by}{colon}".rstrip(), *lines, *(["…"] if result.cut else [])])


def number(value: Cell) -> str:
    """Return a number as people read it; what is none stays as it is."""
    if isinstance(value, bool) or value is None or isinstance(value, str):
        return cell_text(value)
    if isinstance(value, float):
        return f"{value:,.4f}".rstrip("0").rstrip(".")
    return f"{value:,}"


def cell_text(value: Cell) -> str:
    """Return a value as a table shows it; a missing one as a dash."""
    return "–" if value is None else str(value)
