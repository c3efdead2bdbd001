"""What must be well, looked at from within the gateway: what `yumen doctor` looks at, but what would cost money or hours."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from yumen.app.premises.said import said_of
from yumen.checks.content import check_data_keys
from yumen.checks.database import check_database
from yumen.checks.finding import Finding, Level
from yumen.checks.folder import PLACE, check_folder
from yumen.checks.isolated import check_isolated
from yumen.checks.ledger import check_clock, check_keys
from yumen.checks.secrets import check_secrets
from yumen.console.api.premises import CheckShown
from yumen.errors import Fault, OperatorError

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping

    from yumen.app.premises.rooms import Rooms

SECRETS = "secrets"


async def checks_of(rooms: Rooms, environ: Mapping[str, str]) -> AsyncIterator[CheckShown]:
    """Yield a finding for each thing."""
    clean = rooms.ground.redactor.clean
    async for finding in findings_of(rooms, environ):
        yield CheckShown(level=finding.level.value, place=finding.place, found=said_of(finding.sentence, finding.values, clean))


async def findings_of(rooms: Rooms, environ: Mapping[str, str]) -> AsyncIterator[Finding]:
    """Yield what is found; a look that fails is a finding itself."""
    ground, database = rooms.ground, rooms.compartments.main
    settings, now_us = ground.settings, ground.clock.now_us()
    holds_database = settings.database.url is None
    for place, look in (
        (PLACE, lambda: list(check_folder(ground.data.path, holds_database=holds_database))),
        (SECRETS, lambda: list(check_secrets(settings, environ))),
    ):
        try:
            for finding in await asyncio.to_thread(look):
                yield finding
        except OperatorError as error:
            yield Finding(Level.FAIL, place, error.sentence, error.values)
    for findings in (
        check_database(database, ground.clock),
        check_keys(rooms.keys, now_us),
        check_clock(rooms.reports, now_us),
        check_isolated(rooms.organizations, rooms.compartments, settings),
        check_data_keys(rooms.rotation),
    ):
        try:
            async for finding in findings:
                yield finding
        except Fault as fault:
            yield Finding(Level.FAIL, "database", "the database cannot be read ({reason})", {"reason": fault.__cause__ or fault})
            return
