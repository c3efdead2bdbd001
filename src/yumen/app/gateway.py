"""One gateway in one process: its parts put together, started, and brought to their end."""

from __future__ import annotations

import asyncio
import os
from contextlib import suppress
from typing import TYPE_CHECKING, Any, NamedTuple

from yumen.app.alerts import journal_dependency, open_alerts, redis_dependency
from yumen.app.batches import BatchDesk, open_batches
from yumen.app.compartments import open_compartments
from yumen.app.contents import open_contents
from yumen.app.credentials import Credentials
from yumen.app.ground import MB
from yumen.app.health import look_after
from yumen.app.history import LedgerHistory
from yumen.app.idempotency import open_repeats
from yumen.app.keyring import dependency_of, open_keyring
from yumen.app.ledger import JOURNAL, Books, prices_of
from yumen.app.limits import LimitRoom
from yumen.app.listening import bind_server, body_limits, start_server, url_of
from yumen.app.models import models_in_use, open_aliases
from yumen.app.policy import open_policy
from yumen.app.retries import retry_options
from yumen.app.sessions import SessionGuards, open_sessions
from yumen.app.upstreams import open_upstreams, readers_of
from yumen.batches.store_sql import SqlBatchStore
from yumen.claude.completions import ModelMapping
from yumen.exchange import Read, Stages
from yumen.http import ByteBudget
from yumen.http.deadlines import Deadlines
from yumen.keys import Authenticate, KeyOptions, Ownership, restrict
from yumen.keys.owners import Owners
from yumen.keys.owners.store_sql import SqlOwnerStore
from yumen.keys.store_sql import SqlKeyStore
from yumen.ledger import PartedLedger, PartedReports
from yumen.ledger.store_sql import SqlLedger
from yumen.meter import Meter
from yumen.observe import Exposition, Observe, metric_table, start_tracing
from yumen.server import Edge, EdgeOptions
from yumen.server.process import settle_process
from yumen.settings import Address, parse_address
from yumen.storage import RevisionWatch, WatchOptions
from yumen.upstream import Around, Get, Send, Wait

if TYPE_CHECKING:
    from yumen.app.ground import Ground
    from yumen.app.listening import Certificate
    from yumen.app.upstreams import Plans, Upstreams
    from yumen.exchange import Exchange
    from yumen.http import Server
    from yumen.limits import LimitStore
    from yumen.observe.exposition import Reader
    from yumen.storage import Database


class Serving(NamedTuple):
    """A gateway that serves: where, and what its numbers are."""

    listen_url: str
    exposition: Exposition
    limits: LimitStore


class Gateway:
    """Everything that one process serves with."""

    def __init__(self, ground: Ground, planned: Plans, certificate: Certificate | None) -> None:
        """Stand on that ground, before those upstreams, behind that certificate."""
        self._ground = ground
        self._settings = ground.settings
        self._planned = planned
        self._certificate = certificate
        self._budget = ByteBudget(ground.settings.capacity.buffered_mb * MB)
        self._ready = self._taking = True
        self._hurried = asyncio.Event()
        self._wait = Wait()
        self._servers: list[Server] = []

    # ── start ───────────────────────────────────────────────────────────────

    async def start(self, database: Database) -> Serving:
        """Open everything and listen; say where, and what its numbers are."""
        ground, settings, planned = self._ground, self._settings, self._planned
        keys = SqlKeyStore(database)
        prices = prices_of(settings, sandboxed=planned[0].url is None and not settings.upstreams)
        watch = self._watch(database)
        compartments = await open_compartments(ground, database, watch)
        ledgers = compartments.stores(SqlLedger)
        books = Books(ground, PartedLedger(ledgers), prices)
        reports = PartedReports(ledgers, ground.data.folder(JOURNAL))
        history = LedgerHistory(reports, SqlBatchStore(database), books.recovered)
        alerts = open_alerts(ground, database, keys)
        limits = LimitRoom(ground, database, watch, prices, history, alerts.watch.on_standing)
        look_after(ground, database, limits.store)
        alerts.look_after(redis_dependency(limits.store))
        alerts.look_after(journal_dependency(books.journal))
        alerts.look_at_models(models_in_use(reports, ground.clock))
        ground.own(limits.settle_interrupted(books))
        credentials = Credentials(ground)
        deadlines, aliases = Deadlines(asyncio.get_running_loop()), await open_aliases(database, watch)
        upstreams = await open_upstreams(ground, planned, credentials, deadlines, aliases)
        pools, routes = upstreams.pools, upstreams.routes
        keyring = await open_keyring(ground, database)
        alerts.look_after(dependency_of(keyring))
        for dependency in credentials.dependencies():
            alerts.look_after(dependency)
        address = parse_address(settings.listen, "listen")
        server = await bind_server(ground, address, self._certificate, self._budget)
        listen_url = url_of(Address(address.host, server.port), self._certificate)
        observe = Observe(ground.metrics, ground.log, self._tracing())
        desk = BatchDesk(books.journal, prices, limits.store, Get(pools, lambda name: routes.ways[name].target()))
        batches = open_batches(ground, database, desk)
        policy = await open_policy(ground, compartments, watch, keyring.sealer)
        alerts.look_after(policy.dependency)
        repeats = open_repeats(ground, compartments, policy.check.mark)

        async def made(exchange: Exchange, identifier: str) -> None:
            await batches.made(exchange, identifier)
            await policy.check.made(exchange, identifier)

        ownership = Ownership(self._owners(database), settings.public_url or listen_url, made)
        contents, of_contents = open_contents(ground, compartments, keyring.sealer)
        recall, remember = open_sessions(ground, compartments, keyring.sealer, planned, SessionGuards(ownership.own, policy.check.screen))

        def opened(exchange: Exchange) -> None:
            books.record.sent(exchange)
            if not exchange.attempts:
                observe.opened(exchange)

        stages = Stages(
            authenticate=Authenticate(
                keys, ground.clock, watch, KeyOptions(settings.keys.unknown_per_second, keeps_content=settings.contents.keep_days > 0)
            ),
            read=Read(body_limits(settings), ground.data.folder("spool"), ModelMapping(settings.legacy.models, settings.legacy.model)),
            own=ownership.own,
            attach=repeats.attach,
            recall=recall,
            resolve=routes.resolve,
            restrict=restrict,
            quote=limits.quote,
            admit=limits.admit,
            check=contents.after(policy.check),
            choose=batches.charged_before(routes.choose),
            open=opened,
            send=Send(
                pools,
                upstreams.dialects,
                retry_options(settings.retry),
                Around(another=routes.another, told=routes.note, renew=credentials.renew),
            ),
            wait=self._wait,
            keep=ownership.keep,
            closing=(
                *policy.closing,
                Meter(prices),
                books.record,
                limits.settle,
                observe,
                alerts.watch,
                repeats.close,
                contents.close,
                routes.close,
                remember,
            ),
        )
        edge = EdgeOptions(settings.cors_origins, settings.trusted_proxies)
        await start_server(server, address, Edge(stages, ground.clock, self.is_ready, edge, lambda: self._taking))
        self._servers.append(server)
        settle_process()
        readers = {
            **books.readers(),
            **limits.readers(),
            **alerts.readers(),
            **credentials.readers(),
            **of_contents,
            **policy.readers,
            **self._readers(server, upstreams),
        }
        return Serving(listen_url, Exposition(ground.metrics, readers), limits.store)

    def is_ready(self) -> bool:
        """Whether new work is wanted."""
        return self._ready

    async def stop(self) -> int:
        """Say that no new work is wanted, take it for a while all the same, let what runs end for a while, and return the exit code."""
        self._ready = False
        for server in self._servers:
            server.leave()
        if self._settings.timeouts.drain_notice_s:
            with suppress(TimeoutError):
                await asyncio.wait_for(self._hurried.wait(), self._settings.timeouts.drain_notice_s)
        self._taking = False
        self._wait.stop()
        for server in self._servers:
            await server.drain(self._settings.timeouts.drain_s)
        return self._ground.exit_code

    def hurry(self) -> None:
        """Let the end wait for nothing any more."""
        self._hurried.set()
        for server in self._servers:
            server.hurry()

    # ── parts ───────────────────────────────────────────────────────────────

    def _watch(self, database: Database) -> RevisionWatch:
        chosen = self._settings.keys
        options = WatchOptions(unreadable_s=chosen.unreadable_s, refuse_unreadable=chosen.on_unreadable == "fail_closed")
        watch = RevisionWatch(database.read_revision, self._ground.clock, options)
        self._ground.own(watch.run())
        return watch

    def _owners(self, database: Database) -> Owners:
        return Owners(SqlOwnerStore(database), self._ground.clock, forward_unowned=self._settings.unowned == "forward")

    def _tracing(self) -> Any:  # noqa: ANN401  (its type needs the optional extra)
        tracing = start_tracing(os.environ, self._ground.redactor)
        if tracing is not None:
            self._ground.closing.callback(tracing.stop)
        return tracing

    def _readers(self, server: Server, upstreams: Upstreams) -> dict[metric_table.Metric, Reader]:
        return {
            metric_table.LOG_DROPPED: lambda: self._ground.log.dropped,
            metric_table.CONNECTIONS: lambda: server.connections,
            metric_table.BAD_REQUESTS: lambda: server.refused,
            metric_table.BUFFERED_BYTES: lambda: self._budget.held_bytes,
            metric_table.DEPENDENCY_UP: self._ground.health.readings,
            **readers_of(upstreams, self._ground),
        }
