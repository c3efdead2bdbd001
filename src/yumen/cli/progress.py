"""The bar of a long work, beside the output; without a terminal there is none."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from yumen.cli.console import Console


@contextmanager
def bar_of(console: Console, what: str) -> Iterator[Callable[[int, int], None]]:
    """Give a function that is told how many are done, of how many; `what` says in the operator's language what they are."""
    if not sys.stderr.isatty():
        yield lambda _done, _total: None
        return
    from rich.console import Console as Terminal
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Terminal(stderr=True), transient=True) as shown:
        task = shown.add_task(console.words.say(what), total=None)
        yield lambda done, total: shown.update(task, completed=done, total=total)
