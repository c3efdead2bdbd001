"""`yumen batch`: many questions from a file, merged into few prompts or by Message Batches, with a bar and resumption."""

from __future__ import annotations

import logging
import sys
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from yumen.cli.ask import MaxTokensOption, SystemOption
from yumen.cli.asking import ApiKeyOption, BaseUrlOption, Chosen, EnvironmentOption, ModelChoice, open_claude
from yumen.cli.batch_files import JSON_LINES, as_lines, as_text, check_place, known_answers, read_questions, write_whole
from yumen.cli.options import AsJson, Config
from yumen.client.many import AT_ONCE, Many, Way
from yumen.client.merging import TOGETHER, Unanswered
from yumen.errors import OperatorError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from yumen.cli.batch_files import Question
    from yumen.cli.console import Console

PORTION = TOGETHER * AT_ONCE
"""Questions that are asked before what came of them is written, when they are merged."""
Results = dict[int, str | Unanswered]


def build() -> typer.Typer:
    """Return the command."""
    app = typer.Typer(rich_markup_mode=None, add_completion=False)
    app.command(help="Ask Claude many questions, from a file; exit code 1 where one got no answer.")(batch)
    return app


def batch(  # noqa: PLR0913  (a command's options are its parameters)
    ctx: typer.Context,
    file: Annotated[
        str,
        typer.Argument(
            metavar="FILE", help='one question a line, or JSON lines with "question" and, if you like, "id"; - is standard input'
        ),
    ],
    *,
    merge: Annotated[bool, typer.Option("--merge", help="some twenty questions in one prompt: at once, and with the fewest calls")] = False,
    batches: Annotated[bool, typer.Option("--batches", help="by Message Batches: half the price, within a day")] = False,
    out: Annotated[
        str | None,
        typer.Option("--out", metavar="FILE", help="where the answers go; a second run asks only for what a .jsonl there lacks"),
    ] = None,
    system: SystemOption = None,
    max_tokens: MaxTokensOption = None,
    as_json: AsJson = False,
    model: ModelChoice = None,
    environment: EnvironmentOption = None,
    base_url: BaseUrlOption = None,
    api_key: ApiKeyOption = None,
    config: Config = None,
) -> int:
    """Ask them, and write the answers."""
    console: Console = ctx.obj
    if merge == batches:
        raise OperatorError("say how to ask: --merge or --batches")
    logging.getLogger("yumen.client").addHandler(logging.NullHandler())
    questions = read_questions(file)
    path = None if out is None else Path(out)
    if path is not None:
        check_place(path, file)
    results: Results = dict(known_answers(path, questions))
    if results:
        console.note("{count} of {total} are answered in {path} already", count=len(results), total=len(questions), path=path)
    write = writer(console, path, questions, as_json=as_json)
    missing = [place for place in range(len(questions)) if place not in results]
    if not missing:
        write(results)
        return 0
    from yumen.client.asking import notes_of

    with open_claude(console, config, Chosen(environment, model, base_url, api_key)) as claude, bar(console, len(missing)) as move:
        way: Way = "merge" if merge else "batches"
        options = {} if system is None else {"system": system}
        for portion in portions(missing, PORTION if merge else max(1, len(missing))):
            begun = sum(place in results for place in missing)
            many = Many(
                [questions[place].text for place in portion],
                claude.model,
                max_tokens,
                options,
                progress=partial(moved, move, begun),
                remembered=True,
            )
            results |= dict(zip(portion, claude.outcomes(many, way), strict=True))
            if path is not None:
                write(results)
            if batches:
                notes_of(str(claude.base_url), many).forget()
    if path is None:
        write(results)
    return say_end(console, results)


def moved(move: Callable[[int], None], begun: int, done: int, _total: int) -> None:
    """Move the bar to what was done before a portion and what is done of it."""
    move(begun + done)


def portions(places: Sequence[int], size: int) -> Iterator[Sequence[int]]:
    """Yield places in pieces of a size."""
    for begin in range(0, len(places), size):
        yield places[begin : begin + size]


def writer(
    console: Console, path: Path | None, questions: Sequence[Question], *, as_json: bool
) -> Callable[[Mapping[int, str | Unanswered]], None]:
    """Return what writes all that is known: to the file, or to standard output."""
    form = as_lines if as_json or (path is not None and path.suffix in JSON_LINES) else as_text

    def write(results: Mapping[int, str | Unanswered]) -> None:
        text = form(questions, results)
        if path is None:
            console.text(text, end="")
        else:
            write_whole(path, text)

    return write


def say_end(console: Console, results: Results) -> int:
    """Say how many got no answer; return the exit code."""
    failed = [result for result in results.values() if isinstance(result, Unanswered)]
    if failed:
        console.warn(
            "{failed} of {count} questions got no answer: {reason}", failed=len(failed), count=len(results), reason=failed[0].reason
        )
    return 1 if failed else 0


@contextmanager
def bar(console: Console, total: int) -> Iterator[Callable[[int], None]]:
    """Give a function that says how many are done; without a terminal there is no bar."""
    if not sys.stderr.isatty() or not total:
        yield lambda _: None
        return
    from rich.console import Console as Terminal
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Terminal(stderr=True), transient=True) as shown:
        task = shown.add_task(console.words.say("questions"), total=total)
        yield lambda done: shown.update(task, completed=done)
