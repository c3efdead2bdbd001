"""Plain questions, in both languages, and the query that each becomes."""

from __future__ import annotations

import pytest

from yumen.assistants.analysis.plain_sql import sql_of
from yumen.assistants.analysis.question import understand
from yumen.assistants.analysis.values import Column, Table

SALES = Table(
    "sales",
    "sales.csv",
    (
        Column("region", "VARCHAR", ("East", "O'Hare")),
        Column("product", "VARCHAR", ("Tea", "Silk")),
        Column("amount", "DOUBLE"),
        Column("unit_price", "DECIMAL(9,2)"),
        Column("quantity", "BIGINT"),
        Column("day", "DATE"),
        Column("year", "BIGINT"),
    ),
    9,
)
CHINESE = Table(
    "xiaoshou",
    "x.csv",
    (
        Column("地区", "VARCHAR", ("华东", "华北")),
        Column("产品", "VARCHAR", ("茶叶",)),
        Column("销售额", "DOUBLE"),
        Column("数量", "BIGINT"),
        Column("日期", "DATE"),
    ),
    9,
)


def by(group: str, call: str, table: str = "sales", end: str = "ORDER BY 2 DESC NULLS LAST, 1") -> str:
    """A query for each value of a column."""
    return f'SELECT "{group}", {call} FROM "{table}" GROUP BY 1 {end}'  # noqa: S608  (what is expected)


def first(count: int, order: str = "DESC") -> str:
    """The first of the groups."""
    return f"ORDER BY 2 {order} NULLS LAST LIMIT {count}"


@pytest.mark.parametrize(
    ("question", "sql"),
    [
        ("How many rows are there?", 'SELECT count(*) AS "count" FROM "sales"'),
        ("how many orders per region", by("region", 'count(*) AS "count"')),
        ("What is the total amount?", 'SELECT sum("amount") AS "sum of amount" FROM "sales"'),
        (
            "How much amount in O'Hare for silk?",
            """SELECT sum("amount") AS "sum of amount" FROM "sales" WHERE "region" = 'O''Hare' AND "product" = 'Silk'""",
        ),
        ("average Unit Price per product", by("product", 'avg("unit_price") AS "average of unit_price"')),
        ("What is the average amount in East?", 'SELECT avg("amount") AS "average of amount" FROM "sales" WHERE "region" = \'East\''),
        ("the highest amount", 'SELECT max("amount") AS "max of amount" FROM "sales"'),
        ("lowest unit_price", 'SELECT min("unit_price") AS "min of unit_price" FROM "sales"'),
        ("the earliest day", 'SELECT min("day") AS "min of day" FROM "sales"'),
        ("top 3 products by amount", by("product", 'sum("amount") AS "sum of amount"', end=first(3))),
        ("bottom 2 regions by average amount", by("region", 'avg("amount") AS "average of amount"', end=first(2, "ASC"))),
        ("top 5 rows by amount", 'SELECT * FROM "sales" ORDER BY "amount" DESC NULLS LAST LIMIT 5'),
        ("Which region has the highest total amount?", by("region", 'sum("amount") AS "sum of amount"', end=first(1))),
        ("which product has the most quantity", by("product", 'sum("quantity") AS "sum of quantity"', end=first(1))),
        ("What is the maximum amount for each region?", by("region", 'max("amount") AS "max of amount"')),
        ("total quantity by year", by("year", 'sum("quantity") AS "sum of quantity"', end="ORDER BY 1")),
        ("amount by day", by("day", 'sum("amount") AS "sum of amount"', end="ORDER BY 1")),
        ("How many different products?", 'SELECT count(DISTINCT "product") AS "distinct of product" FROM "sales"'),
    ],
)
def test_english(question: str, sql: str) -> None:
    """Count, sum, average, smallest, largest, top and by-group, as people ask for them in English."""
    wish = understand(question, [SALES])
    assert wish is not None
    assert " ".join(sql_of(wish).split()) == sql


@pytest.mark.parametrize(
    ("question", "sql"),
    [
        ("有多少行？", 'SELECT count(*) AS "count" FROM "xiaoshou"'),
        ("总销售额是多少？", 'SELECT sum("销售额") AS "sum of 销售额" FROM "xiaoshou"'),
        ("销售额合计", 'SELECT sum("销售额") AS "sum of 销售额" FROM "xiaoshou"'),
        ("华东的总销售额", 'SELECT sum("销售额") AS "sum of 销售额" FROM "xiaoshou" WHERE "地区" = \'华东\''),
        ("按地区统计总销售额", by("地区", 'sum("销售额") AS "sum of 销售额"', "xiaoshou")),
        ("各地区的平均销售额", by("地区", 'avg("销售额") AS "average of 销售额"', "xiaoshou")),
        ("每个产品的数量总和", by("产品", 'sum("数量") AS "sum of 数量"', "xiaoshou")),
        ("每个地区销售额最大值", by("地区", 'max("销售额") AS "max of 销售额"', "xiaoshou")),
        ("各产品有多少条记录？", by("产品", 'count(*) AS "count"', "xiaoshou")),
        ("销售额最高的3个产品", by("产品", 'sum("销售额") AS "sum of 销售额"', "xiaoshou", first(3))),
        ("销售额前五的产品", by("产品", 'sum("销售额") AS "sum of 销售额"', "xiaoshou", first(5))),
        ("哪个地区的销售额最高？", by("地区", 'sum("销售额") AS "sum of 销售额"', "xiaoshou", first(1))),
        ("销售额最低的两条记录", 'SELECT * FROM "xiaoshou" ORDER BY "销售额" ASC NULLS LAST LIMIT 2'),
        ("最大的销售额", 'SELECT max("销售额") AS "max of 销售额" FROM "xiaoshou"'),
        ("最早的日期", 'SELECT min("日期") AS "min of 日期" FROM "xiaoshou"'),
        ("平均数量", 'SELECT avg("数量") AS "average of 数量" FROM "xiaoshou"'),
        ("有几种产品？", 'SELECT count(DISTINCT "产品") AS "distinct of 产品" FROM "xiaoshou"'),
    ],
)
def test_chinese(question: str, sql: str) -> None:
    """The same in Chinese; a column named 数量 is no word for counting."""
    wish = understand(question, [CHINESE])
    assert wish is not None
    assert " ".join(sql_of(wish).split()) == sql


@pytest.mark.parametrize("question", ["Tell me a joke", "Which products sell best?", "讲个笑话", "amount", "为什么下降", ""])
def test_nothing_is_guessed(question: str) -> None:
    """A question that is not plain is not answered by a guess."""
    assert understand(question, [SALES, CHINESE]) is None


def test_the_table_that_is_meant() -> None:
    """Of several tables the one whose columns, or whose name, are said."""
    other = Table("cities", "c.csv", (Column("city", "VARCHAR"),), 3)
    for question, table in (("how many rows in cities", "cities"), ("total amount", "sales"), ("how many different city", "cities")):
        wish = understand(question, [SALES, other])
        assert wish is not None
        assert wish.table.name == table
