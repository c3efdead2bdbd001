"""What a machine has once, however many workers serve on it: the migrated database, the control port, the first key."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from yumen.app.admin import Control, open_control
from yumen.app.compartments import upgrade_compartments
from yumen.keys import KeyIssuer, KeyOrder
from yumen.keys.store_sql import SqlKeyStore
from yumen.limits import LimitStore
from yumen.organizations import Equipment, open_offices
from yumen.organizations.store_sql import SqlStore
from yumen.server.control import ControlServer
from yumen.settings import Address, check_control, parse_address
from yumen.settings.database import named_database

if TYPE_CHECKING:
    from yumen.app.ground import Ground
    from yumen.storage import Database

FIRST_KEY = "first-run"


async def open_database(ground: Ground) -> Database:
    """Open the database; whoever stands alone brings its schema up to date first."""
    database, _ = named_database(ground.settings, os.environ, ground.redactor.register)
    ground.closing.push_async_callback(database.dispose)
    if ground.place.alone:
        await database.upgrade()
        await upgrade_compartments(database)
    return database


async def make_first_key(ground: Ground, database: Database) -> str | None:
    """Make a key where there is none at all, and return its text."""
    keys = SqlKeyStore(database)
    if await keys.every():
        return None
    issued = await KeyIssuer(keys, ground.clock).create(KeyOrder(FIRST_KEY))
    return issued.text


async def make_setup_token(ground: Ground, database: Database) -> str | None:
    """Make the token of the first administrator where none was made and nobody is one, and return it."""
    return await open_offices(SqlStore(database), SqlKeyStore(database), ground.clock, Equipment()).setup.first_token()


def control_address(ground: Ground) -> Address:
    """Return where the operator is served. Raises OperatorError where that would be open to strangers."""
    address = parse_address(ground.settings.control, "control")
    check_control(address, behind_tls_proxy=ground.settings.control_behind_tls_proxy)
    return address


class Behind(msgspec.Struct, frozen=True):
    """What stands behind the control port: the gateway, or all of a machine's workers."""

    figures: Callable[[], bytes]
    ready: Callable[[], bool]
    listen_url: str
    """Where callers are served."""
    authority: Path | None = None
    """The certificate of the local authority by which it is served, where it is."""
    limits: LimitStore | None = None


def serve_control(ground: Ground, behind: Behind) -> str:
    """Serve people and the operator: the console, the admin API, metrics and health; return where a browser finds the console.

    What asks for limits asks `limits` on this event loop.
    """
    address = control_address(ground)
    parts = Control(
        figures=behind.figures,
        ready=behind.ready,
        host=address.host,
        listen_url=behind.listen_url,
        authority=behind.authority,
        limits=behind.limits,
        loop=asyncio.get_running_loop(),
    )
    control = ControlServer(lambda: open_control(ground, parts, console_url()), address.host, address.port)

    def console_url() -> str:
        return ground.settings.console_url or f"http://{Address(address.host, control.port)}"

    ground.closing.callback(control.stop)
    control.start()
    return f"http://{Address(address.host, control.port)}"
