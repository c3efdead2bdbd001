"""The admin API's composition: its services, made on the control port's own event loop."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable
from contextlib import AsyncExitStack, asynccontextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import msgspec

from yumen import __version__
from yumen.app.keyring import keks_of
from yumen.app.ledger import JOURNAL, prices_of
from yumen.app.notices import Notices, make_notices
from yumen.app.premises import Seen, open_alerting, open_house
from yumen.app.sessions import stores_in
from yumen.app.sign_on import open_sign_on
from yumen.console.api import Services, admin_routes
from yumen.console.calls import Calls, open_calls
from yumen.console.pages import console_routes
from yumen.console.purse_watch import PurseWatch
from yumen.contents.store_sql import SqlContentStore
from yumen.errors import Forbidden, LimitsUnavailable
from yumen.isolation import Keyring
from yumen.isolation.store_sql import SqlDataKeyStore
from yumen.keys import AdminKeys
from yumen.keys.store_sql import SqlKeyStore
from yumen.keys.values import Role
from yumen.ledger import PartedReports
from yumen.ledger.store_sql import SqlLedger
from yumen.limits.standings import demands_of, tightest
from yumen.limits.store import LimitStore
from yumen.limits.terms.setting import LimitSetter
from yumen.limits.terms.store_sql import SqlTermsStore
from yumen.meter import SANDBOX
from yumen.meter.bill import bill
from yumen.organizations.apart.erase import Erasing
from yumen.organizations.apart.isolate import Isolating
from yumen.organizations.letters import Letters
from yumen.organizations.offices import Equipment, open_offices
from yumen.organizations.post import PostRoom
from yumen.organizations.setup import TOKEN_FILE
from yumen.organizations.store_sql import SqlStore
from yumen.policy.document import policy_file
from yumen.policy.store_sql import SqlFlagStore
from yumen.server.callers import TrustedProxies
from yumen.server.control import ControlParts, control_application
from yumen.sessions.index_sql import SqlSessionIndex
from yumen.settings.database import named_database
from yumen.settings.sign_ups import sign_up_terms
from yumen.settings.sources import Sources
from yumen.storage import RevisionWatch
from yumen.storage.compartments import Compartments

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Sequence

    from starlette.requests import Request
    from starlette.types import ASGIApp

    from yumen.app.ground import Ground
    from yumen.ledger import Entry
    from yumen.limits.terms.store import TermsStore
    from yumen.limits.values import Line, Standing
    from yumen.meter.bill import Bill
    from yumen.settings import Settings
    from yumen.storage import Database

USE_S = 2.0
"""How long the gateway's own loop may take to say how limits stand."""
CREDENTIALS = (b"x-api-key", b"authorization")


class Control(msgspec.Struct, frozen=True):
    """What the control port is told by the rest of the process."""

    figures: Callable[[], bytes]
    ready: Callable[[], bool]
    host: str
    listen_url: str
    """Where callers are served."""
    authority: Path | None = None
    """The certificate of the local authority by which they are, where they are."""
    limits: LimitStore | None = None
    """Where limits are counted; None: not in this process."""
    loop: asyncio.AbstractEventLoop | None = None
    """The event loop that `limits` lives on."""


@asynccontextmanager
async def open_control(ground: Ground, control: Control, console_url: str) -> AsyncIterator[ASGIApp]:
    """Open what the control port serves, under that address; to be called on its own event loop, whose database connections it gets."""
    database, _ = named_database(ground.settings, os.environ, ground.redactor.register)
    notices = make_notices(ground.settings, ground.clock, Sources(ground.settings.secrets, os.environ, ground.redactor.register))
    compartments = Compartments(database)
    watch = RevisionWatch(database.read_revision, ground.clock)
    watch.join(compartments)
    await watch.poll()
    watching = asyncio.create_task(watch.run())
    try:
        async with AsyncExitStack() as closing:
            services = await services_of(ground, compartments, Means(control, notices, closing, console_url))
            purse_watch = PurseWatch(services.purse, services.keys, services.clock)
            closing.push_async_callback(purse_watch.close)
            watch.join(purse_watch)
            routes = (*admin_routes(services), *console_routes(services))
            hosts = (control.host, urlsplit(console_url).hostname or control.host)
            yield control_application(ControlParts(control.figures, control.ready, hosts, admits(services), routes, ground.health.lines))
    finally:
        notices.close()
        watching.cancel()
        await asyncio.wait([watching])
        await compartments.close()
        await database.dispose()


class Means(msgspec.Struct, frozen=True):
    """What services are made of beside the databases; what is closed with them is put on the stack."""

    control: Control
    notices: Notices
    closing: AsyncExitStack
    console_url: str


async def services_of(ground: Ground, compartments: Compartments, means: Means) -> Services:
    """Return the services of the admin API and the console over the databases."""
    settings, clock, database, notices = ground.settings, ground.clock, compartments.main, means.notices
    sources = Sources(settings.secrets, os.environ, ground.redactor.register)
    means.closing.callback(sources.close)
    use_now, keyring = UseNow(ground, means.control), control_keyring(ground, database, sources)
    sign_on = await asyncio.to_thread(open_sign_on, settings, sources, (clock, means.closing))
    keys = SqlKeyStore(database)
    post = PostRoom(notices.mailer, notices.texter)
    token = ground.data.path / TOKEN_FILE
    letters = Letters(settings.mail.language, means.console_url)
    claimed = partial(token.unlink, missing_ok=True)
    offices = open_offices(
        SqlStore(database), keys, clock, Equipment(sign_up_terms(settings), post, letters, claimed=claimed, sealer=keyring.sealer)
    )
    means.closing.push_async_callback(offices.resets.settle)
    terms = SqlTermsStore(database)
    proxies = TrustedProxies(settings.trusted_proxies)

    def address_of(request: Request) -> str:
        return proxies.address_of("" if request.client is None else request.client.host, request.headers.raw)

    return Services(
        clock=clock,
        door=AdminKeys(keys, clock),
        keys=keys,
        offices=offices,
        reports=PartedReports(compartments.stores(SqlLedger), ground.data.folder(JOURNAL)),
        bill_of=bills(settings),
        terms=terms,
        limits_by=lambda actor: LimitSetter(database, clock, actor),
        use_now=lambda organization_id, lines: use_now(organization_id, lines, terms),
        address_of=address_of,
        flags=compartments.stores(SqlFlagStore),
        policy_file=await asyncio.to_thread(policy_file, settings.policy),
        sessions=compartments.stores(stores_in),
        session_index=compartments.stores(SqlSessionIndex),
        contents=compartments.stores(SqlContentStore),
        isolating=Isolating(compartments, clock, asyncio.sleep),
        erasing=Erasing(compartments, clock, ground.data.folder(JOURNAL), asyncio.sleep),
        sealer=keyring.sealer,
        data_url=means.control.listen_url,
        public_url=settings.public_url or means.control.listen_url,
        calls=own_calls(ground, means),
        console_url=means.console_url,
        premises=open_house(ground, Seen(means.control.figures, means.control.ready), compartments, keyring, sources),
        alerts=open_alerting(ground, notices, compartments),
        version=__version__,
        sign_on=sign_on,
        authority=means.control.authority,
        behind_tls=settings.control_behind_tls_proxy or means.console_url.startswith("https:"),
        conversation_days=settings.sessions.keep_days,
    )


def bills(settings: Settings) -> Callable[[Entry], Bill]:
    """Return what says what a request cost, at the sandbox's prices where the sandbox answered."""
    plain, sandboxed = prices_of(settings), prices_of(settings, sandboxed=True)
    return lambda entry: bill(entry, sandboxed if (entry.price_version or "").startswith(SANDBOX) else plain)


def own_calls(ground: Ground, means: Means) -> Calls:
    """Return what calls the gateway's own port, whatever certificate it has."""
    control, certificate = means.control, ground.settings.tls.certificate
    calls = open_calls(control.listen_url, control.authority, None if certificate is None else Path(certificate).expanduser())
    means.closing.push_async_callback(calls.close)
    return calls


def control_keyring(ground: Ground, database: Database, sources: Sources) -> Keyring:
    """Return a keyring of the control port's own: sealers are made on the event loop that asks for them."""
    return Keyring(SqlDataKeyStore(database), keks_of(ground.settings, sources), ground.clock)


def admits(services: Services) -> Callable[[Request], Awaitable[None]]:
    """Return what lets only an operator's key see the metrics from elsewhere."""

    async def admit(request: Request) -> None:
        values = [value for name, value in request.headers.raw if name in CREDENTIALS]
        record = await services.door.authenticate(values, services.address_of(request), request.url.path)
        if record.role is not Role.OPERATOR:
            raise Forbidden

    return admit


class UseNow:
    """Says how limits stand right now: asked of the process's own counters on their own event loop, or of Redis on this one."""

    def __init__(self, ground: Ground, control: Control) -> None:
        """Ask there."""
        self._clock = ground.clock
        self._control = control

    async def __call__(self, organization_id: str, lines: Sequence[Line], terms: TermsStore) -> list[Standing | None]:
        """Return a standing for each line; None where nobody can tell."""
        limits, loop = self._control.limits, self._control.loop
        if limits is None or loop is None or not lines:
            return [None] * len(lines)
        zone = (await terms.read([organization_id]))[organization_id].time_zone
        asked = [demands_of(line, zone, self._clock.now_us()) for line in lines]
        reading = limits.read(organization_id, [demand for demands in asked for demand in demands])
        try:
            found = await asyncio.wait_for(asyncio.wrap_future(asyncio.run_coroutine_threadsafe(reading, loop)), USE_S)
        except (LimitsUnavailable, TimeoutError):
            return [None] * len(lines)
        standings = iter(found)
        return [tightest([next(standings) for _ in demands]) for demands in asked]
