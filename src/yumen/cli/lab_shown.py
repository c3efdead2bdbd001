"""How an experiment's progress and results are shown: a bar, a table, JSON, and the files of its folder."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import msgspec

from yumen.errors import OperatorError
from yumen.words import speaks_chinese

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from yumen.cli.console import Console
    from yumen.lab import Sampled, Summary

REPORT, RESULTS = "report.html", "results.json"


@contextmanager
def progress(console: Console, total: int) -> Iterator[Callable[[], None]]:
    """Give a function that moves a bar on; without a terminal there is no bar."""
    if not sys.stderr.isatty() or not total:
        yield lambda: None
        return
    from rich.console import Console as Terminal
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Terminal(stderr=True), transient=True) as bar:
        task = bar.add_task(console.words.say("samples"), total=total)
        yield lambda: bar.advance(task)


def as_object(done: Sampled, summaries: Sequence[Summary]) -> dict[str, Any]:
    """Return the results for programs; costs in nano-dollars, times in milliseconds."""
    return {"sandbox": done.is_sandbox, "plan": done.plan, "results": summaries}


def write_results(console: Console, folder: Path, done: Sampled, summaries: Sequence[Summary]) -> None:
    """Write the report and the results beside the samples."""
    from yumen.lab import report

    try:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / REPORT).write_text(report(done, summaries, chinese=speaks_chinese(console.environ)), encoding="utf-8")
        (folder / RESULTS).write_bytes(msgspec.json.format(msgspec.json.encode(as_object(done, summaries))) + b"\n")
    except OSError as error:
        raise OperatorError("{path} cannot be written: {reason}", path=folder, reason=error.strerror) from error


def print_results(console: Console, folder: Path, done: Sampled, summaries: Sequence[Summary], *, as_json: bool) -> None:
    """Print the table, or one object."""
    from yumen.lab.report import columns, measured, row

    if as_json:
        console.raw(msgspec.json.encode(as_object(done, summaries)).decode())
        return
    if done.is_sandbox:
        console.line("The offline sandbox answered, not Claude; its temperature is real, its words are not.")
    chinese = speaks_chinese(console.environ)
    measures = measured(summaries)
    head = columns(measures, chinese=chinese)
    rows = [row(summary, measures, chinese=chinese) for summary in summaries]
    if console.is_terminal:
        # A terminal is narrower than the measures are many: there each has a line.
        head, *rows = map(list, zip(head, *rows, strict=True))
    console.table(head, rows)
    console.note("in brackets: 95 % confidence; the report is {path}", path=folder / REPORT)
