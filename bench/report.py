"""Shows a run: tables in the terminal, and the same as Markdown for the page of results."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import msgspec
from rich.console import Console
from rich.table import Table

from bench.cases import CASES
from bench.figures import Result, Run

MEASURE = "nginx"
"""The peer whose figures are 1.0."""

CASE_COLUMNS = ("peer", "answers/s", "×", "CPU µs", "×", "p50 ms", "p99 ms", "first event p50 / p99 ms", "gap p99 ms", "failed")
START_COLUMNS = ("peer", "version", "ready s", "answer s", "RSS MB", "PSS MB", "1,000 streams", "5,000 streams", "KB a stream")
WIDTH = 150
"""Of the tables where no terminal says its own."""


class Grid(msgspec.Struct, frozen=True):
    """A table before it is drawn."""

    title: str
    columns: tuple[str, ...]
    rows: list[tuple[str, ...]]


def grids(run: Run) -> Iterator[Grid]:
    """Yield a run's tables."""
    for case in CASES:
        rows = [row_of(run, result) for peer in run.peers() if (result := run.find(case.name, peer)) is not None]
        if rows:
            yield Grid(f"{case.name}: {case.says}", CASE_COLUMNS, rows)
    yield Grid("CPU of one relayed event", ("events come", "peer", "CPU µs", "×"), list(event_rows(run)))
    yield Grid("Start, and memory with idle open streams", START_COLUMNS, list(start_rows(run)))


def row_of(run: Run, result: Result) -> tuple[str, ...]:
    """Return a case's row for a peer."""
    first = (result.at("first_event", "p50_us"), result.at("first_event", "p99_us"))
    return (
        result.peer,
        f"{result.per_second:,.0f}",
        ratio(run, result, lambda one: one.per_second),
        f"{result.cpu_us:,.1f}",
        ratio(run, result, lambda one: one.cpu_us),
        number(result.at("latency", "p50_us")),
        number(result.at("latency", "p99_us")),
        "" if None in first else f"{number(first[0])} / {number(first[1])}",
        number(result.at("gap", "p99_us")),
        str(result.failed),
    )


def ratio(run: Run, result: Result, of: Callable[[Result], float]) -> str:
    """Return a figure as a multiple of nginx's in the same run."""
    measure = run.find(result.case, MEASURE)
    return "" if measure is None or not of(measure) else f"{of(result) / of(measure):.2f}"


def event_rows(run: Run) -> Iterator[tuple[str, ...]]:
    """Yield the rows of the CPU of one event."""
    costs = {(how, peer): cost for how, peer, cost in run.events()}
    for (how, peer), cost in costs.items():
        measure = costs.get((how, MEASURE), 0.0)
        yield how, peer, f"{cost:.2f}", f"{cost / measure:.2f}" if measure > 0 else ""


def start_rows(run: Run) -> Iterator[tuple[str, ...]]:
    """Yield the rows of start and memory."""
    for start in run.starts:
        each = start.bytes_per_stream()
        streams = [f"{start.streams[count].pss_bytes / 1e6:.0f}" if count in start.streams else "–" for count in (1000, 5000)]
        times = (f"{start.ready_s:.2f}", f"{start.first_answer_s:.2f}")
        resident = (f"{start.memory.rss_bytes / 1e6:.0f}", f"{start.memory.pss_bytes / 1e6:.0f}")
        yield start.peer, start.version, *times, *resident, *streams, "–" if each is None else f"{each / 1024:.1f}"


def number(value: float | None) -> str:
    """Return milliseconds, empty where there are none."""
    return "" if value is None else f"{value:,.2f}"


def show(run: Run, console: Console) -> None:
    """Draw the tables in a terminal."""
    for grid in grids(run):
        table = Table(title=grid.title, title_justify="left", title_style="bold")
        for index, column in enumerate(grid.columns):
            table.add_column(column, justify="right" if index and column not in ("peer", "version") else "left")
        for row in grid.rows:
            table.add_row(*row)
        console.print(table)


def markdown(run: Run) -> str:
    """Return the tables as Markdown."""
    parts = ["Machine: " + "; ".join(f"{name} {value}" for name, value in run.machine.items()) + "."]
    for grid in grids(run):
        head = f"| {' | '.join(grid.columns)} |\n|{' --- |' * len(grid.columns)}"
        parts.append(f"### {grid.title}\n\n{head}\n" + "\n".join(f"| {' | '.join(row)} |" for row in grid.rows))
    return "\n\n".join(parts) + "\n"
