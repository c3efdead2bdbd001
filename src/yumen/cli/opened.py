"""The composition root of the commands that need no gateway: their settings, and the data folder's stores."""

from __future__ import annotations

import asyncio
import os
from contextlib import asynccontextmanager, closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

import msgspec

from yumen.clock import Clock
from yumen.errors import ContentKeyUnavailable, OperatorError
from yumen.keys import KeyStore
from yumen.keys.store_sql import SqlKeyStore
from yumen.ledger import PartedReports, Reports
from yumen.ledger.store_sql import SqlLedger
from yumen.limits.terms import TermsStore
from yumen.limits.terms.store_sql import SqlTermsStore
from yumen.organizations.store import Store
from yumen.organizations.store_sql import SqlStore
from yumen.policy.store_sql import SqlFlagStore
from yumen.settings import resolve
from yumen.settings.database import named_database
from yumen.settings.redis import named_redis
from yumen.settings.sources import Sources
from yumen.storage import Database
from yumen.storage.compartments import Compartments
from yumen.storage.folder import DATABASE_FILE, present

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence

    from yumen.cli.console import Console
    from yumen.isolation import Keyring
    from yumen.isolation.rotation import Rotation
    from yumen.limits.store_redis import RedisLimitStore
    from yumen.policy.store import FlagStore
    from yumen.sessions.remember import FullShelf
    from yumen.settings import Resolved, Settings

Result = TypeVar("Result")
JOURNAL_FOLDER = "journal"


def resolved_settings(console: Console, config: str | None, **options: Any) -> Resolved:  # noqa: ANN401  (options have the settings' types)
    """Resolve the settings of a command whose options are those (None: not given), and say what there is to say of them."""
    given = {name: value for name, value in options.items() if value is not None}
    resolved = resolve(given, console.environ, config)
    for notice in resolved.notices:
        console.note(notice.sentence, **notice.values)
    return resolved


def data_path(settings: Settings) -> Path:
    """Return the data folder's path."""
    return Path(settings.data).expanduser().absolute()


@asynccontextmanager
async def opened_database(settings: Settings, *, make: bool = False) -> AsyncIterator[Database]:
    """Open the database that the settings name. Raises OperatorError where the data folder has none yet, unless it shall be made."""
    path = data_path(settings)
    if settings.database.url is None and not present(path / DATABASE_FILE) and not make:
        raise OperatorError("{path} holds no gateway's data yet: name the right folder with --data, or run yumen serve first", path=path)
    database = named_database(settings, os.environ).database
    try:
        await database.upgrade()
        yield database
    finally:
        await database.dispose()


@asynccontextmanager
async def opened_compartments(database: Database) -> AsyncIterator[Compartments]:
    """Open the databases of isolated organizations beside the main one, brought up to date."""
    compartments = Compartments(database)
    try:
        await compartments.follow()
        await compartments.upgrade()
        yield compartments
    finally:
        await compartments.close()


@asynccontextmanager
async def opened_keys(settings: Settings, *, make: bool = False) -> AsyncIterator[KeyStore]:
    """Open the data folder's keys."""
    async with opened_database(settings, make=make) as database:
        yield SqlKeyStore(database)


@asynccontextmanager
async def opened_ledger(settings: Settings) -> AsyncIterator[tuple[Reports, KeyStore]]:
    """Open the data folder's ledger, and its keys, whose names are shown."""
    async with opened_database(settings) as database, opened_compartments(database) as compartments:
        yield PartedReports(compartments.stores(SqlLedger), data_path(settings) / JOURNAL_FOLDER), SqlKeyStore(database)


class Desk(msgspec.Struct, frozen=True):
    """All that a data folder's commands work on."""

    database: Database
    keys: KeyStore
    organizations: Store
    terms: TermsStore
    reports: Reports
    compartments: Compartments


@asynccontextmanager
async def opened_desk(settings: Settings, *, make: bool = False) -> AsyncIterator[Desk]:
    """Open everything that the data folder holds."""
    async with opened_database(settings, make=make) as database, opened_compartments(database) as compartments:
        reports = PartedReports(compartments.stores(SqlLedger), data_path(settings) / JOURNAL_FOLDER)
        yield Desk(database, SqlKeyStore(database), SqlStore(database), SqlTermsStore(database), reports, compartments)


def flag_stores(desk: Desk) -> Sequence[FlagStore]:
    """Return what policies found, in each database."""
    return desk.compartments.stores(SqlFlagStore).every()


class Content(NamedTuple):
    """What seals and opens the content that the database holds."""

    keyring: Keyring
    rotation: Rotation


@contextmanager
def opened_content(settings: Settings, database: Database) -> Iterator[Content]:
    """Open the keys of content; none is fetched before it is needed. Raises OperatorError where one cannot be had."""
    from yumen.app.keyring import keks_of
    from yumen.isolation import Keyring
    from yumen.isolation.rotation import Rotation
    from yumen.isolation.store_sql import SqlDataKeyStore

    with closing(Sources(settings.secrets, os.environ)) as sources:
        store, keks = SqlDataKeyStore(database), keks_of(settings, sources)
        keyring = Keyring(store, keks, Clock())
        try:
            yield Content(keyring, Rotation(store, keks, Clock()))
        except ContentKeyUnavailable:
            raise keyring.trouble or OperatorError("a data key is gone that some of this was sealed with") from None


@asynccontextmanager
async def opened_shelf(settings: Settings, workspace_id: str) -> AsyncIterator[FullShelf]:
    """Open the conversations of a workspace, whose organization's key opens them."""
    from yumen.app.sessions import stores_in
    from yumen.cli.places import Places
    from yumen.sessions.sealed import SealedPlaces

    async with opened_desk(settings) as desk:
        organization_id = (await Places(desk.organizations).workspace(workspace_id)).organization_id
        with opened_content(settings, desk.database) as content:
            yield SealedPlaces(desk.compartments.stores(stores_in), content.keyring.sealer).of(organization_id).shelf


@asynccontextmanager
async def opened_limit_store(settings: Settings) -> AsyncIterator[RedisLimitStore | None]:
    """Open the counters of the limits where another process can see them: in Redis. None: they are in the gateway's memory."""
    chosen, named = settings.redis, named_redis(settings, os.environ)
    if named is None:
        yield None
        return
    from yumen.limits.store_redis import RedisLimitStore, RedisServer, connect

    server = RedisServer(named.url, chosen.timeout_ms, chosen.cluster, None if named.password is None else named.password.reveal())
    store = RedisLimitStore(connect(server))
    try:
        yield store
    finally:
        await store.stop()


def with_desk(settings: Settings, work: Callable[[Desk], Awaitable[Result]], *, make: bool = False) -> Result:
    """Do something with what the data folder holds."""

    async def opened() -> Result:
        async with opened_desk(settings, make=make) as desk:
            return await work(desk)

    return asyncio.run(opened())
