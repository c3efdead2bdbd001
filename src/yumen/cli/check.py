"""`yumen check`: asks a server that claims to speak Claude's protocol a few small things, and says what is not as it should be."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from yumen.cli.opened import resolved_settings
from yumen.cli.options import Config
from yumen.errors import OperatorError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from yumen.cli.console import Console
    from yumen.lab.check import Finding, Report
    from yumen.settings import Settings

NO_KEY = "yumen-check"
"""What is sent where there is no key: many servers take any."""
PLAIN = "\x1b[0m"
COLOURS = {"passed": "\x1b[32m", "failed": "\x1b[31m", "not offered": "\x1b[2m", "skipped": "\x1b[2m"}
OUTCOMES = ("passed", "failed", "not offered", "skipped")
SEVERITIES = ("must", "should", "optional")


class Format(StrEnum):
    """How the report is written."""

    TEXT = "text"
    JSON = "json"
    JUNIT = "junit"


def build() -> typer.Typer:
    """Return the command."""
    app = typer.Typer(rich_markup_mode=None, add_completion=False)
    app.command(help="Check whether a server speaks Claude's protocol; exit code 1 where something that must be so is not.")(check)
    return app


def check(  # noqa: PLR0913  (a command's options are its parameters)
    ctx: typer.Context,
    url: Annotated[str, typer.Argument(metavar="URL", help="the server's address, without /v1")],
    *,
    key: Annotated[str | None, typer.Option("--key", metavar="REFERENCE", help="where the key is kept, such as env:CLAUDE_API_KEY")] = None,
    model: Annotated[str | None, typer.Option("--model", metavar="MODEL", help="which model is asked (claude-haiku-4-5)")] = None,
    form: Annotated[Format, typer.Option("--format", metavar="text|json|junit", help="how the report is written")] = Format.TEXT,
    out: Annotated[str | None, typer.Option("--out", metavar="FILE", help="write the report to a file")] = None,
    only: Annotated[
        list[str] | None, typer.Option("--only", metavar="NAME", help="only checks of that name or group, such as stream; may be repeated")
    ] = None,
    config: Config = None,
) -> int:
    """Check a server."""
    from yumen.lab.check import MODEL, as_json, as_junit, check_server, chosen, needed

    console: Console = ctx.obj
    checks = chosen(only or ())
    credential = key_for(console, url, key, resolved_settings(console, config).settings)
    calls = len(needed(checks))
    console.note("{calls} small requests go to {url}", calls=calls, url=url)
    with progress(console, calls) as advance:
        report = check_server(url, credential, model or MODEL, checks, advance)
    if form is Format.TEXT and out is None:
        show(console, report)
    else:
        text = as_json(report) if form is Format.JSON else as_junit(report) if form is Format.JUNIT else as_text(console, report)
        deliver(console, text, out)
    return 0 if report.conforms else 1


def key_for(console: Console, url: str, key: str | None, settings: Settings) -> str:
    """Return the key for an address: the one that is named, else the one that belongs there, else a word that is none.

    Raises OperatorError where it cannot be had, or would be shown to the network.
    """
    from yumen.client.faults import NoCredential
    from yumen.client.finding import Wanted, find_place
    from yumen.client.opening import open_credential

    place = find_place(Wanted(None, url), settings, console.environ)
    try:
        return open_credential(key, place, settings, console.environ).value or NO_KEY
    except NoCredential:
        if key is not None:
            raise
        return NO_KEY


@contextmanager
def progress(console: Console, total: int) -> Iterator[Callable[[], None]]:
    """Give a function that moves a bar on; without a terminal there is no bar."""
    if not sys.stderr.isatty():
        yield lambda: None
        return
    from rich.console import Console as Terminal
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

    with Progress(
        TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), console=Terminal(stderr=True), transient=True
    ) as bar:
        task = bar.add_task(console.words.say("requests"), total=total)
        yield lambda: bar.advance(task)


def show(console: Console, report: Report) -> None:
    """Print a table, then what is wrong with its source, then the sum."""
    coloured = console.is_terminal and not console.environ.get("NO_COLOR")
    rows = [
        (
            console.words.say(finding.outcome.value),
            console.words.say(finding.check.severity.value),
            finding.check.name,
            console.words.say(finding.check.title),
        )
        for finding in report.findings
    ]
    console.table(("outcome", "severity", "check", "what is promised"), rows)
    for finding in report.findings:
        if finding.remark is not None:
            line = remark_line(console, finding)
            console.raw(f"{COLOURS[finding.outcome.value]}{line}{PLAIN}" if coloured else line)
    console.line(verdict(report), **counts(report))


def as_text(console: Console, report: Report) -> str:
    """Return the same as plain text, for a file."""
    lines = [
        f"{console.words.say(finding.outcome.value)}\t{finding.check.name}\t{console.words.say(finding.check.title)}"
        for finding in report.findings
    ]
    lines += [remark_line(console, finding) for finding in report.findings if finding.remark is not None]
    return "\n".join([*lines, console.words.say(verdict(report), **counts(report))])


def remark_line(console: Console, finding: Finding) -> str:
    """Return what is said of one check."""
    remark = finding.remark
    said = "" if remark is None else console.words.say(remark.sentence, **remark.values)
    return console.words.say("{name}: {said} ({source})", name=finding.check.name, said=said, source=finding.check.source)


def verdict(report: Report) -> str:
    """Return the last sentence, with its places."""
    if report.conforms:
        return "{url} speaks Claude's protocol: {passed} passed, {failed} failed, {absent} not offered, {skipped} skipped"
    return "{url} does not speak Claude's protocol: {passed} passed, {failed} failed, {absent} not offered, {skipped} skipped"


def counts(report: Report) -> dict[str, object]:
    """Return the values of that sentence."""
    passed, failed, absent, skipped = (sum(finding.outcome.value == each for finding in report.findings) for each in OUTCOMES)
    return {"url": report.url, "passed": passed, "failed": failed, "absent": absent, "skipped": skipped}


def deliver(console: Console, text: str, out: str | None) -> None:
    """Print a report, or write it to a file."""
    if out is None:
        console.raw(text.rstrip("\n"))
        return
    try:
        Path(out).write_text(text if text.endswith("\n") else f"{text}\n", encoding="utf-8")
    except OSError as error:
        raise OperatorError("{path} cannot be written: {reason}", path=out, reason=error.strerror) from error
