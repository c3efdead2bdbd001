"""The database that the settings name: the data folder's own file, or a PostgreSQL server."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from yumen.settings.sources import Sources, tell_nobody
from yumen.storage import Database, DataFolder
from yumen.storage.postgres import postgres_url

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from yumen.exchange.values import Secret
    from yumen.settings.values import Settings


class NamedDatabase(NamedTuple):
    """A database before anything of it was opened, and its password, which no log may show."""

    database: Database
    password: Secret | None


def named_database(settings: Settings, environ: Mapping[str, str], register: Callable[[str], object] = tell_nobody) -> NamedDatabase:
    """Return the database that the settings name. Raises OperatorError where they do not name one."""
    chosen = settings.database
    if chosen.url is None:
        folder = DataFolder(Path(settings.data).expanduser())
        return NamedDatabase(Database(folder.database_url, timeout_ms=chosen.timeout_ms), None)
    password = None
    if chosen.password is not None:
        with closing(Sources(settings.secrets, environ, register)) as sources:
            password = sources.secret(chosen.password, "database.password")
    url = postgres_url(chosen.url, None if password is None else password.reveal())
    return NamedDatabase(Database(url, timeout_ms=chosen.timeout_ms), password)
