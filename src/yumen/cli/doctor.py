"""`yumen doctor`: one line for each thing that must be well, and what to do where it is not."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Annotated

import typer

from yumen.checks.database import check_database
from yumen.checks.finding import Finding, Level
from yumen.checks.folder import PLACE, check_folder
from yumen.checks.isolated import check_isolated
from yumen.checks.ledger import check_clock, check_keys, check_ledger
from yumen.checks.secrets import PLACE as SECRETS
from yumen.checks.secrets import check_secrets
from yumen.cli.check_content import check_content
from yumen.cli.check_redis import PLACE as REDIS
from yumen.cli.check_redis import check_redis
from yumen.cli.check_upstream import check_upstream
from yumen.cli.opened import data_path, opened_desk, resolved_settings
from yumen.cli.options import Config, Data
from yumen.clock import Clock
from yumen.errors import Fault, OperatorError
from yumen.settings import OPTIONS
from yumen.storage import DatabaseUnavailable, reason_of

if TYPE_CHECKING:
    from yumen.cli.console import Console
    from yumen.settings import Settings

COLOURS = {Level.OK: "\x1b[32m", Level.WARN: "\x1b[33m", Level.FAIL: "\x1b[31m"}
PLAIN = "\x1b[0m"


def build() -> typer.Typer:
    """Return the command."""
    app = typer.Typer(rich_markup_mode=None, add_completion=False)
    app.command(help="Check that all is well, and say what to do where it is not; exit code 1 where something fails.")(doctor)
    return app


def doctor(
    ctx: typer.Context,
    *,
    upstream: Annotated[str | None, typer.Option("--upstream", metavar="URL", help=OPTIONS["upstream"].english)] = None,
    credential: Annotated[str | None, typer.Option("--credential", metavar="REFERENCE", help=OPTIONS["credential"].english)] = None,
    data: Data = None,
    config: Config = None,
) -> int:
    """Look at everything."""
    console: Console = ctx.obj
    settings = resolved_settings(console, config, upstream=upstream, credential=credential, data=data).settings
    examination = Examination(console)
    examination.look_at_folder(settings)
    if not examination.failed_at(PLACE):
        asyncio.run(examination.look_at_stores(settings))
        asyncio.run(examination.look_at_redis(settings))
    examination.look_at_secrets(settings)
    examination.look_at_upstream(settings)
    return 1 if examination.failed else 0


class Examination:
    """Prints each finding as it is made, and remembers what failed."""

    def __init__(self, console: Console) -> None:
        """Print to a console."""
        self._console = console
        self.failed: list[Finding] = []

    def failed_at(self, place: str) -> bool:
        """Whether something failed at a place."""
        return any(finding.place == place for finding in self.failed)

    def look_at_folder(self, settings: Settings) -> None:
        """Look at the data folder."""
        try:
            for finding in check_folder(data_path(settings), holds_database=settings.database.url is None):
                self.note(finding)
        except OperatorError as error:
            self.note(Finding(Level.FAIL, PLACE, error.sentence, error.values))

    async def look_at_stores(self, settings: Settings) -> None:
        """Look at the database, and at what it and the data folder hold."""
        clock = Clock()
        now_us = clock.now_us()
        try:
            async with opened_desk(settings) as desk:
                reports = desk.reports
                for findings in (
                    check_database(desk.database, clock),
                    check_ledger(reports),
                    check_keys(desk.keys, now_us),
                    check_clock(reports, now_us),
                    check_isolated(desk.organizations, desk.compartments, settings),
                    check_content(settings, desk.database),
                ):
                    async for finding in findings:
                        self.note(finding)
        except OperatorError as error:
            self.note(Finding(Level.FAIL, "ledger", error.sentence, error.values))
        except DatabaseUnavailable as fault:
            values = {"place": fault.place, "reason": reason_of(fault)}
            self.note(Finding(Level.FAIL, "ledger", "the database {place} cannot be used: {reason}", values))
        except Fault as fault:
            self.note(Finding(Level.FAIL, "ledger", "the database cannot be read ({reason})", {"reason": fault.__cause__ or fault}))

    async def look_at_redis(self, settings: Settings) -> None:
        """Look at where limits are counted, if that is not in the gateway itself."""
        try:
            async for finding in check_redis(settings, Clock()):
                self.note(finding)
        except OperatorError as error:
            self.note(Finding(Level.FAIL, REDIS, error.sentence, error.values))

    def look_at_secrets(self, settings: Settings) -> None:
        """Try every reference. Where the upstreams' settings will not do, the look at them says so."""
        try:
            for finding in check_secrets(settings, self._console.environ):
                self.note(finding)
        except OperatorError as error:
            self.note(Finding(Level.FAIL, SECRETS, error.sentence, error.values))

    def look_at_upstream(self, settings: Settings) -> None:
        """Look at the upstream."""
        try:
            for finding in check_upstream(settings, self._console.environ, Clock().now_us()):
                self.note(finding)
        except OperatorError as error:
            self.note(Finding(Level.FAIL, "upstream", error.sentence, error.values))

    def note(self, finding: Finding) -> None:
        """Print a finding: level, place and sentence, with tabs between in a pipe."""
        if finding.level is Level.FAIL:
            self.failed.append(finding)
        words = self._console.words
        place, said = words.say(finding.place), words.say(finding.sentence, **finding.values)
        if not self._console.is_terminal:
            self._console.row([finding.level, place, said], None)
            return
        level = f"{finding.level:<4}"
        coloured = level if self._console.environ.get("NO_COLOR") else f"{COLOURS[finding.level]}{level}{PLAIN}"
        self._console.raw(f"{coloured}  {place}: {said}")
