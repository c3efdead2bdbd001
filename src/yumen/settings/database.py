"""The database that the settings name: the data folder's own file, or a PostgreSQL server."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from yumen.settings.credential import Secret, read_reference, read_secret_file
from yumen.storage import Database, DataFolder
from yumen.storage.postgres import postgres_url

if TYPE_CHECKING:
    from collections.abc import Mapping

    from yumen.settings.values import Settings


class NamedDatabase(NamedTuple):
    """A database before anything of it was opened, and its password, which no log may show."""

    database: Database
    password: Secret | None


def named_database(settings: Settings, environ: Mapping[str, str]) -> NamedDatabase:
    """Return the database that the settings name. Raises OperatorError where they do not name one."""
    chosen = settings.database
    if chosen.url is None:
        folder = DataFolder(Path(settings.data).expanduser())
        return NamedDatabase(Database(folder.database_url, timeout_ms=chosen.timeout_ms), None)
    password = None if chosen.password is None else read_reference(chosen.password, environ, read_secret_file)
    if password is not None:
        password = Secret(password.value.strip(), password.source)
    url = postgres_url(chosen.url, None if password is None else password.value)
    return NamedDatabase(Database(url, timeout_ms=chosen.timeout_ms), password)
