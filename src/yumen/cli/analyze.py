"""`yumen analyze`: a conversation about data files; the answer with its numbers, its SQL and a chart."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import msgspec
import typer

from yumen.cli.asking import ApiKeyOption, BaseUrlOption, Chosen, EnvironmentOption, ModelChoice, open_claude, readable
from yumen.cli.options import AsJson, Config
from yumen.errors import OperatorError
from yumen.words import printable

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from yumen.assistants.analysis import Analysis, Reply, Table
    from yumen.cli.console import Console

HELP = "Answer questions about CSV, Parquet, JSON, Excel and SQLite files, with the numbers, the SQL and a chart."
PROMPT = "> "
SHOWN_ROWS = 20


def build() -> typer.Typer:
    """Return the command."""
    app = typer.Typer(rich_markup_mode=None, add_completion=False)
    app.command(help=HELP)(analyze)
    return app


def analyze(  # noqa: PLR0913  (a command's options are its parameters)
    ctx: typer.Context,
    words: Annotated[
        list[str], typer.Argument(metavar="DATA... [QUESTION]", help="the files, then the question; without one, a conversation begins")
    ],
    *,
    chart: Annotated[str | None, typer.Option("--chart", metavar="FILE", help="draw the result into this .png or .svg")] = None,
    seconds: Annotated[float, typer.Option("--seconds", min=0.1, metavar="N", help="the longest that one query may take")] = 10.0,
    rows: Annotated[int, typer.Option("--rows", min=1, metavar="N", help="the most rows that one query may give")] = 200,
    memory: Annotated[int, typer.Option("--memory", min=64, metavar="MB", help="the most memory that the data may take")] = 2048,
    as_json: AsJson = False,
    model: ModelChoice = None,
    environment: EnvironmentOption = None,
    base_url: BaseUrlOption = None,
    api_key: ApiKeyOption = None,
    config: Config = None,
) -> None:
    """Answer a question, or all that come."""
    from yumen.assistants.analysis import Analysis, Bounds, check_place

    console: Console = ctx.obj
    files, question = parted([readable(word) for word in words])
    place = None if chart is None else Path(chart)
    if place is not None:
        check_place(place)
    with (
        open_claude(console, config, Chosen(environment, model, base_url, api_key)) as claude,
        Analysis(claude, files, Bounds(seconds, rows, memory)) as analysis,
    ):
        if question is not None:
            show(console, analysis.ask(question, place), as_json=as_json)
            return
        introduce(console, analysis.engine.tables)
        for asked in questions(console):
            answer(console, analysis, asked, place, as_json=as_json)


def answer(console: Console, analysis: Analysis, question: str, chart: Path | None, *, as_json: bool) -> None:
    """Answer one question of a conversation; what goes wrong with it ends the question, not the conversation."""
    try:
        show(console, analysis.ask(question, chart), as_json=as_json)
    except OperatorError as error:
        console.note("{said}", said=console.words.error(error))


def parted(words: Sequence[str]) -> tuple[list[str], str | None]:
    """Part the files from the question, which is the last word where that is no file; raise OperatorError where no file is named."""
    *files, last = words
    if Path(last).exists() or looks_like_a_file(last):
        return [*files, last], None
    if not files:
        raise OperatorError("name a data file before the question: yumen analyze sales.csv {question}", question=repr(last))
    return files, last


def looks_like_a_file(word: str) -> bool:
    """Whether a word that is no file was meant as one."""
    from yumen.assistants.analysis.loading import SUFFIXES

    return word.lower().endswith(SUFFIXES) and not any(letter.isspace() for letter in word)


def introduce(console: Console, tables: Sequence[Table]) -> None:
    """Say what was loaded."""
    for table in tables:
        names = ", ".join(column.name for column in table.columns)
        console.note("{table}: {rows} rows of {columns}", table=table.name, rows=table.rows, columns=names)


def questions(console: Console) -> Iterator[str]:
    """Yield the questions that are typed, or piped a line each, until they end."""
    if not (sys.stdin.isatty() and console.is_terminal):
        yield from (line.strip() for line in sys.stdin if line.strip())
        return
    from prompt_toolkit import PromptSession

    session: PromptSession[str] = PromptSession()
    while True:
        try:
            asked = session.prompt(PROMPT).strip()
        except (EOFError, KeyboardInterrupt):
            return
        if asked:
            yield asked


def show(console: Console, reply: Reply, *, as_json: bool) -> None:
    """Print an answer: its words, the queries with their results, and where the chart lies."""
    if as_json:
        console.raw(msgspec.json.encode(as_object(reply)).decode())
        return
    say(console, reply.text)
    for exhibit in reply.exhibits:
        console.raw("")
        say(console, exhibit.sql.strip(), indent="    ")
        if exhibit is reply.exhibits[-1]:
            console.table(exhibit.result.columns, exhibit.result.rows[:SHOWN_ROWS])
            if len(exhibit.result.rows) > SHOWN_ROWS or exhibit.result.cut:
                console.note("not all rows are shown: --json has those that were given")
    if reply.chart is not None:
        console.note("the chart is {path}", path=reply.chart)
    if reply.chart_note is not None:
        console.note("{said}", said=console.words.say(reply.chart_note))


def say(console: Console, text: str, indent: str = "") -> None:
    """Print text of a model's, line by line; nothing in it commands the terminal."""
    for line in text.expandtabs(4).splitlines():
        console.raw(indent + printable(line))


def as_object(reply: Reply) -> dict[str, object]:
    """Return an answer for programs."""
    queries = [
        {"sql": each.sql, "columns": each.result.columns, "rows": each.result.rows, "cut": each.result.cut} for each in reply.exhibits
    ]
    return {
        "text": reply.text,
        "sandbox": reply.is_sandbox,
        "queries": queries,
        "chart": None if reply.chart is None else str(reply.chart),
    }
