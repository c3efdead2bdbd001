"""One gateway in one process: its parts put together, started, and brought to their end."""

from __future__ import annotations

import asyncio
import os
import signal
from contextlib import AsyncExitStack
from typing import TYPE_CHECKING, Any

from yumen.app.batches import BatchDesk, open_batches
from yumen.app.ground import MB, Ground
from yumen.app.ledger import Books, prices_of
from yumen.app.listening import body_limits, certificate_of, open_server
from yumen.app.started import Started
from yumen.app.upstreams import UPSTREAM, open_pool, plan, upstream_of
from yumen.claude.completions import ModelMapping
from yumen.exchange import Read, Stages
from yumen.http import ByteBudget
from yumen.http.deadlines import Deadlines
from yumen.keys import Authenticate, KeyIssuer, KeyOptions, KeyOrder, Ownership
from yumen.keys.owners import Owners
from yumen.keys.owners.store_sql import SqlOwnerStore
from yumen.keys.store_sql import SqlKeyStore
from yumen.ledger.store_sql import SqlLedger
from yumen.meter import Meter
from yumen.observe import Exposition, Observe, metric_table, start_tracing
from yumen.routes import Routes, target_of
from yumen.server import Edge, EdgeOptions
from yumen.server.control import ControlServer, control_application
from yumen.server.process import settle_process
from yumen.settings import Address, check_control, parse_address
from yumen.storage import Database, RevisionWatch, WatchOptions
from yumen.upstream import Get, Send

if TYPE_CHECKING:
    from collections.abc import Callable

    from yumen.exchange import Exchange
    from yumen.http import Pool, Server
    from yumen.settings import Settings

FIRST_KEY = "first-run"


async def serve(settings: Settings, announce: Callable[[Started], None]) -> int:
    """Run the gateway until SIGTERM or SIGINT, and return its exit code. Raises OperatorError where it cannot start."""
    async with AsyncExitStack() as closing:
        ground = Ground(settings, closing)
        gateway = Gateway(ground)
        started = await gateway.start()
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, ground.stopping.set)
        announce(started)
        await ground.stopping.wait()
        return await gateway.stop()


class Gateway:
    """Everything that one process serves with."""

    def __init__(self, ground: Ground) -> None:
        """Stand on that ground."""
        self._ground = ground
        self._settings = ground.settings
        self._budget = ByteBudget(ground.settings.capacity.buffered_mb * MB)
        self._draining = False
        self._servers: list[Server] = []

    # ── start ───────────────────────────────────────────────────────────────

    async def start(self) -> Started:
        """Open everything, listen, and say where."""
        ground, settings = self._ground, self._settings
        control_address = parse_address(settings.control, "control")
        check_control(control_address, behind_tls_proxy=settings.control_behind_tls_proxy)
        planned = plan(ground)
        database = await self._open_database()
        keys = SqlKeyStore(database)
        prices = prices_of(settings)
        books = Books(ground, SqlLedger(database), prices)
        pool = await open_pool(ground, planned, Deadlines(asyncio.get_running_loop()))
        address = parse_address(settings.listen, "listen")
        certificate = certificate_of(ground)
        server = await open_server(ground, address, certificate, self._budget)
        self._servers.append(server)
        scheme = "http" if certificate is None else "https"
        listen_url = f"{scheme}://{Address(address.host, server.port)}"
        observe = Observe(ground.metrics, ground.log, self._tracing())
        upstream = upstream_of(planned, pool)
        routes = Routes([upstream])
        desk = BatchDesk(books.journal, prices, None, Get({UPSTREAM: pool}, {UPSTREAM: target_of(upstream)}))
        ownership = Ownership(self._owners(database), settings.public_url or listen_url, open_batches(ground, database, desk))

        def opened(exchange: Exchange) -> None:
            books.record.sent(exchange)
            observe.opened(exchange)

        watch = self._watch(database)
        stages = Stages(
            authenticate=Authenticate(keys, ground.clock, watch, KeyOptions(settings.keys.unknown_per_second)),
            read=Read(body_limits(settings), ground.data.folder("spool"), ModelMapping(settings.legacy.models, settings.legacy.model)),
            own=ownership.own,
            resolve=routes.resolve,
            restrict=passing,
            quote=passing,
            admit=passing,
            choose=routes.choose,
            open=opened,
            send=Send({UPSTREAM: pool}),
            keep=ownership.keep,
            closing=(Meter(prices), books.record, observe),
        )
        server.handler = Edge(stages, ground.clock, self.is_ready, EdgeOptions(settings.cors_origins, settings.trusted_proxies))
        control = self._serve_control(control_address, {**books.readers(), **self._readers(server, pool)})
        # After all that can fail: a start that comes to nothing must not use up the one showing of the key.
        first_key = await self._make_first_key(keys)
        settle_process()
        return Started(
            listen_url=listen_url,
            control_url=f"http://{Address(control_address.host, control.port)}",
            upstream=planned.url,
            credential_source=planned.credential.source if planned.credential else None,
            first_key=first_key,
            data=ground.data.path,
            tls_authority=certificate.authority if certificate is not None else None,
        )

    def is_ready(self) -> bool:
        """Whether new work is wanted."""
        return not self._draining

    async def stop(self) -> int:
        """Take no new work, let what runs end for a while, and return the exit code."""
        self._draining = True
        for server in self._servers:
            await server.drain(self._settings.timeouts.drain_s)
        return self._ground.exit_code

    # ── parts ───────────────────────────────────────────────────────────────

    async def _open_database(self) -> Database:
        database = Database(self._ground.data.database_url)
        self._ground.closing.push_async_callback(database.dispose)
        await database.upgrade()
        return database

    async def _make_first_key(self, keys: SqlKeyStore) -> str | None:
        """Make a key where there is none at all, and return its text."""
        if await keys.every():
            return None
        issued = await KeyIssuer(keys, self._ground.clock).create(KeyOrder(FIRST_KEY))
        return issued.text

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

    def _serve_control(self, address: Address, readers: dict[metric_table.Metric, Callable[[], float]]) -> ControlServer:
        exposition = Exposition(self._ground.metrics, readers)
        control = ControlServer(control_application(exposition.text, self.is_ready, address.host), address.host, address.port)
        self._ground.closing.callback(control.stop)
        control.start()
        return control

    def _readers(self, server: Server, pool: Pool) -> dict[metric_table.Metric, Callable[[], float]]:
        return {
            metric_table.LOG_DROPPED: lambda: self._ground.log.dropped,
            metric_table.CONNECTIONS: lambda: server.connections,
            metric_table.UPSTREAM_CONNECTIONS: lambda: pool.connections,
            metric_table.BAD_REQUESTS: lambda: server.refused,
            metric_table.BUFFERED_BYTES: lambda: self._budget.held_bytes,
        }


async def passing(exchange: Exchange) -> None:
    """Let everything pass."""
