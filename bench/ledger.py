"""`python -m bench.ledger`: a ledger of ten million rows, every question that the console's pages ask of it, and how the database answers.

The rows are made inside the database, in the schema of the release before, and then migrated: so that it also says how long the first start
of a new program takes over such a ledger.
"""

from __future__ import annotations

import argparse
import asyncio
import statistics
import tempfile
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table
from sqlalchemy import Connection, event, text

from yumen.exchange.values import DEFAULT_ORGANIZATION
from yumen.ledger import Filter, Place, Reports
from yumen.ledger.breakdown import Part
from yumen.ledger.series import DAY_US, HOUR_US, MINUTE_US, SeriesWanted
from yumen.ledger.store_sql import SqlLedger
from yumen.storage import Database
from yumen.storage.migrate import upgrade

NOW_US = 1_790_000_000_000_000
DAYS = 30
ROUNDS = 5
BEFORE = "0005"
ORGANIZATION = DEFAULT_ORGANIZATION
"""Nine of ten rows are this one's: the largest that a page can be about."""
KEYS = 40
MODELS = ("claude-opus-5-5", "claude-sonnet-5-5", "claude-haiku-4-5")

ROWS = """
INSERT INTO entries (request_id, time_us, kind, key_id, environment, workspace_id, method, path, model, model_answered, stream, status,
  outcome, fault, attempts, prompt_characters, prompt_bytes, input_tokens, output_tokens, cache_read_tokens, cache_write_5m_tokens,
  cache_write_1h_tokens, thinking_tokens, web_search_requests, stop_reason, estimated, cost_nanousd, price_version, ttft_us, duration_us,
  overhead_us, caller, user_agent, upstream, upstream_request_id, count, organization_id, user_id, label, counted, times, policy_note)
SELECT 'req_' || substr('0000000000' || n, -10) || '{letters}', {start} + n * {step}, 'exchange', 'apikey_' || (r % {keys}),
  CASE WHEN r % {keys} % 10 = 0 THEN 'staging' ELSE 'production' END, 'wrkspc_' || (r % {keys} % 5), 'POST', '/v1/messages',
  {model}, {model},
  r % 2 = 0, CASE WHEN r % 100 = 0 THEN 529 WHEN r % 50 = 7 THEN 429 ELSE 200 END,
  CASE WHEN r % 100 = 0 THEN 'error' WHEN r % 50 = 7 THEN 'refused' ELSE 'answered' END,
  CASE WHEN r % 50 = 7 THEN 'RateLimited' END, CASE WHEN r % 50 = 7 THEN 0 ELSE 1 END, 4000, 4100, r % 5000, r % 900, r % 20000, 0, 0, 0, 0,
  'end_turn', r % 500 = 3, r % 90000000, 'genai-prices 1', 200000 + r % 3000000, 400000 + r % 20000000, 90, '192.0.2.' || (r % 250),
  'anthropic-python/1', 'claude', 'req_up' || substr('0000000000' || n, -10) || '{letters}', 1,
  CASE WHEN r % {keys} % 10 = 9 THEN 'org_other' ELSE '{organization}' END, 'user_' || (r % {keys} % 20),
  CASE WHEN r % 4 = 0 THEN 'team-' || (r % 8) END,
  CASE WHEN r % 50 = 7 THEN 0 ELSE 1 END, '[100,200,300,100000]', CASE WHEN r % 1000 = 5 THEN 'flag: names' END
FROM ({numbers}) AS made
"""
SQLITE = (
    "WITH RECURSIVE count(n) AS (SELECT {first} UNION ALL SELECT n + 1 FROM count WHERE n + 1 < {last}) "
    "SELECT n, (n * 2654435761) % 2147483647 AS r FROM count"
)
POSTGRES = "SELECT n, (n * 2654435761) % 2147483647 AS r FROM generate_series({first}::bigint, {last}::bigint - 1) AS n"
AT_ONCE = 1_000_000


def fill(connection: Connection, first: int, last: int, rows: int) -> None:
    """Make rows, spread evenly over the days."""
    numbers = (SQLITE if connection.dialect.name == "sqlite" else POSTGRES).format(first=first, last=last)
    model = "CASE r / 64 % 3 " + " ".join(f"WHEN {number} THEN '{name}'" for number, name in enumerate(MODELS)) + " END"
    step = DAYS * DAY_US // rows
    values = {"letters": "Abcdefghijklmn", "start": NOW_US - rows * step, "step": step, "keys": KEYS, "model": model}
    statement = ROWS.format(**values, organization=ORGANIZATION, numbers=numbers)
    if connection.dialect.name == "postgresql":
        statement = statement.replace("substr('0000000000' || n, -10)", "lpad(n::text, 10, '0')")
    connection.exec_driver_sql(statement)


async def make(database: Database, rows: int, say: Callable[[str], None]) -> None:
    """Make the ledger, and bring it to the newest schema."""
    began = time.monotonic()
    async with database.write_long() as connection:
        await connection.run_sync(upgrade, BEFORE)
    for first in range(0, rows, AT_ONCE):
        async with database.write_long() as connection:
            await connection.run_sync(fill, first, min(first + AT_ONCE, rows), rows)
    say(f"{rows:,} rows were made in {time.monotonic() - began:.0f} s")
    began = time.monotonic()
    await database.upgrade()
    if database.kind == "postgresql":
        async with database.unbound() as connection:
            await connection.exec_driver_sql("ANALYZE")
    say(f"the migration took {time.monotonic() - began:.0f} s")


def questions(reports: Reports) -> dict[str, Callable[[], Awaitable[Any]]]:
    """Return what the pages ask, by what a person would call it."""
    week, month = NOW_US - 7 * DAY_US, NOW_US - DAYS * DAY_US
    mine: dict[str, Any] = {"organization_id": ORGANIZATION, "since_us": week}
    middle = Place(NOW_US - 3 * DAY_US, "req_5")

    def page(**more: Any) -> Callable[[], Awaitable[Any]]:  # noqa: ANN401  (a filter's fields)
        return lambda: reports.page(Filter(**{**mine, **more}))

    def series(since_us: int, slot_us: int, *parts: Part) -> Callable[[], Awaitable[Any]]:
        return lambda: reports.series(SeriesWanted(ORGANIZATION, since_us, NOW_US, slot_us, parts))

    return {
        "requests, first page": page(),
        "requests, a page in the middle": lambda: reports.page(Filter(**mine), middle),
        "requests of one key": page(key_id="apikey_3"),
        "failed requests": page(failed=True),
        "status 529": page(status=529),
        "one label": page(label="team-4"),
        "one workspace and model": page(workspace_id="wrkspc_2", model=MODELS[1]),
        "one member": page(user_id="user_7"),
        "refused for a limit": page(fault="RateLimited"),
        "policy hits": page(flagged=True),
        "dearer than 8.9 cents": page(cost_at_least=89_000_000),
        "longer than 20 s": page(duration_at_least_us=20_000_000),
        "dearer than anything": page(cost_at_least=10**15),
        "a part of an id, found early": page(text="0009999"),
        "a part of an id, not there": page(text="zzzz"),
        "a request by its whole id": lambda: reports.page(Filter(organization_id=ORGANIZATION, request_id="req_0000012345Abcdefghijklmn")),
        "an id by its beginning": lambda: reports.beginning(ORGANIZATION, "req_000001234"),
        "an upstream's id by its beginning": lambda: reports.beginning(ORGANIZATION, "req_up0000012345"),
        "last use of 40 keys": lambda: reports.last_used([f"apikey_{number}" for number in range(KEYS)]),
        "an hour by minutes": series(NOW_US - HOUR_US, MINUTE_US),
        "a day by hours": series(NOW_US - DAY_US, HOUR_US),
        "a week by hours and model": series(week, HOUR_US, Part.MODEL),
        "a month by days": series(month, DAY_US),
        "a month by days and key": series(month, DAY_US, Part.KEY),
        "a month by days and member": series(month, DAY_US, Part.MEMBER),
    }


async def measured(database: Database, ask: Callable[[], Awaitable[Any]]) -> tuple[float, float, list[str]]:
    """Return the first time and the median of the next ones in milliseconds, and how the database did it."""
    said: list[tuple[str, Any]] = []

    def listen(*told: Any) -> None:  # noqa: ANN401  (a listener's signature)
        said.append((told[2], told[3]))

    event.listen(database._engine.sync_engine, "before_cursor_execute", listen)  # noqa: SLF001  (to see its statements)
    times = []
    for _ in range(ROUNDS):
        began = time.perf_counter()
        await ask()
        times.append((time.perf_counter() - began) * 1000)
    event.remove(database._engine.sync_engine, "before_cursor_execute", listen)  # noqa: SLF001  (the same)
    plans: dict[str, None] = {}
    for statement, parameters in said:
        if statement.startswith("SELECT") and "FROM drained" not in statement:
            plans |= dict.fromkeys(await plan_of(database, statement, parameters))
    return times[0], statistics.median(times[1:]), list(plans)


async def plan_of(database: Database, statement: str, parameters: Any) -> list[str]:  # noqa: ANN401  (a driver's own)
    """Return how the database does a statement."""
    explain = "EXPLAIN QUERY PLAN " if database.kind == "sqlite" else "EXPLAIN "
    async with database.connect() as connection:
        rows = (await connection.exec_driver_sql(explain + statement, parameters)).all()
    steps = [str(row[-1]).strip() for row in rows]
    return [step for step in steps if "CONSTANT" not in step][:4]


async def run(asked: argparse.Namespace, console: Console) -> None:
    """Make the ledger unless it is there, and ask."""
    with tempfile.TemporaryDirectory() as empty:
        database = Database(asked.database or f"sqlite+aiosqlite:///{asked.file}")
        try:
            async with database.connect() as connection:
                there = await connection.run_sync(lambda real: real.dialect.has_table(real, "entries"))
            if not there:
                await make(database, asked.rows, console.print)
            async with database.read_long() as connection:
                count = await connection.scalar(text("SELECT count(*) FROM entries"))
                hours = await connection.scalar(text("SELECT count(*) FROM usage_hours"))
            console.print(f"{count:,} entries, {hours:,} rows of hourly sums, {database.kind}")
            table = Table("question", "first ms", "then ms", "how", title="The ledger's questions")
            for name, ask in questions(Reports(SqlLedger(database), Path(empty))).items():
                first, then, plans = await measured(database, ask)
                table.add_row(name, f"{first:.1f}", f"{then:.1f}", "\n".join(plans))
            console.print(table)
        finally:
            await database.dispose()


def main() -> None:
    """Read the command line and run."""
    parser = argparse.ArgumentParser(prog="python -m bench.ledger", description="Ask a large ledger all that the console's pages ask.")
    parser.add_argument("--rows", type=int, default=10_000_000)
    parser.add_argument(
        "--file", default=str(Path(tempfile.gettempdir()) / "yumen-bench-ledger.db"), help="kept; asked again if it is there"
    )
    parser.add_argument("--database", help="a PostgreSQL database's URL in the file's stead, such as postgresql+asyncpg://…; an empty one")
    asyncio.run(run(parser.parse_args(), Console(width=200)))


if __name__ == "__main__":
    main()
