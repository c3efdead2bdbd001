"""Where the library's conversations are kept: the address that a program or the environment names, else a file of the user's own."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import URL, make_url
from sqlalchemy.exc import ArgumentError

from yumen.client.desk import Desk
from yumen.client.loop import shared
from yumen.errors import OperatorError
from yumen.storage import Database
from yumen.storage.folder import FOLDER_MODE, make_or_check

if TYPE_CHECKING:
    from collections.abc import Mapping

VARIABLE = "YUMEN_SESSIONS"
FILE = "sessions.db"
DRIVERS = {"sqlite": "sqlite+aiosqlite", "postgresql": "postgresql+asyncpg", "postgres": "postgresql+asyncpg"}


def session_url(named: str | None, environ: Mapping[str, str]) -> URL:
    """Return the database of conversations: as it is named, by YUMEN_SESSIONS, else below XDG_DATA_HOME. Raises OperatorError."""
    text = named or environ.get(VARIABLE)
    if not text:
        home = Path(environ.get("XDG_DATA_HOME") or "~/.local/share").expanduser()
        return URL.create(DRIVERS["sqlite"], database=str(home / "yumen" / FILE))
    try:
        url = make_url(text)
    except ArgumentError:
        raise not_an_address(text) from None
    driver = DRIVERS.get(url.drivername.partition("+")[0])
    if driver is None or not url.database:
        raise not_an_address(text)
    url = url.set(drivername=driver)
    if driver != DRIVERS["sqlite"]:
        return url
    return url.set(database=str(Path(str(url.database)).expanduser().absolute()))


def not_an_address(text: str) -> OperatorError:
    """Return what is said of an address that leads to no store; a password in it is not shown."""
    scheme = text.partition(":")[0] if "://" in text else text
    return OperatorError("the store of conversations must be sqlite:///PATH or postgresql://HOST/NAME, not {scheme}", scheme=scheme)


async def desk_at(url: URL) -> Desk:
    """Return the process's desk at a database, opened once; to be awaited in the shared loop. Raises OperatorError."""
    return await shared().keep(("sessions", url.render_as_string(hide_password=False)), lambda: open_desk(url), Desk.close)


async def open_desk(url: URL) -> Desk:
    """Open a database and begin to look after its leases."""
    desk = Desk(await open_database(url))
    desk.start()
    return desk


async def open_database(url: URL) -> Database:
    """Open a database of conversations, made where it is missing, and bring it to the newest schema. Raises OperatorError."""
    if url.drivername == DRIVERS["sqlite"]:
        make_file(Path(str(url.database)))
    database = Database(url)
    try:
        await database.upgrade()
    except BaseException:
        await database.dispose()
        raise
    return database


def make_file(path: Path) -> None:
    """Make the file and its folder, its owner's alone, where they are missing. Raises OperatorError."""
    try:
        missing = [folder for folder in (path.parent, *path.parent.parents) if not folder.exists()]
        for folder in reversed(missing):
            folder.mkdir(mode=FOLDER_MODE, exist_ok=True)
        make_or_check(path)
    except OSError as error:
        raise OperatorError("conversations cannot be kept in {path}: {reason}", path=path, reason=os.strerror(error.errno or 0)) from error
