"""The composition root of the gateway: settings -> stores -> stages -> servers, and their end."""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import sys
from contextlib import AsyncExitStack
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from yumen.claude import Intake, Usage
from yumen.claude.completions import ModelMapping
from yumen.clock import Clock
from yumen.errors import OperatorError
from yumen.exchange import Read, Secret, Stages
from yumen.http import ByteBudget, Pool, PoolOptions, ServerOptions
from yumen.http import serve as listen
from yumen.http.deadlines import Deadlines
from yumen.http.local_authority import local_certificate, moment
from yumen.http.options import no_proxy
from yumen.http.proxy import proxy_from_environment
from yumen.http.tls import client_context, server_context
from yumen.keys import Authenticate, KeyIssuer, KeyOptions, KeyOrder, Ownership
from yumen.keys.owners import Owners
from yumen.keys.owners.store_sql import SqlOwnerStore
from yumen.keys.store_sql import SqlKeyStore
from yumen.ledger import Drain, Journal, OnFull, Record, Retention, recover
from yumen.ledger.store_sql import SqlLedger
from yumen.meter import FREE, Meter, Price, Prices
from yumen.observe import Exposition, Form, Log, Metrics, Observe, Redactor, RotatingFile, metric_table, start_tracing, take_over
from yumen.routes import Routes, Upstream, parse_origin
from yumen.sandbox import Sandbox
from yumen.server import Edge, EdgeOptions, refuse
from yumen.server.control import ControlServer, control_application
from yumen.server.process import settle_process
from yumen.settings import Address, cannot_listen, check_control, parse_address, plan_upstream, read_secret_file
from yumen.settings.sandboxed import sandbox_options
from yumen.storage import Database, DataFolder
from yumen.upstream import Send

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine
    from typing import Any

    from yumen.exchange import Exchange
    from yumen.exchange.values import Cost
    from yumen.http import Server
    from yumen.ledger import Opened
    from yumen.ledger.segment import Segment
    from yumen.settings import Settings, UpstreamPlan

log = logging.getLogger("yumen.app")

MB = 1024 * 1024
LOG_FILE = "claude_api.log"
UPSTREAM = "default"
FIRST_KEY = "first-run"
FLUSH_S = 10.0


class Started(msgspec.Struct, frozen=True):
    """What a gateway says of itself once it serves."""

    listen_url: str
    control_url: str
    upstream: str | None
    credential_source: str | None
    first_key: str | None
    data: Path
    tls_authority: Path | None


async def serve(settings: Settings, announce: Callable[[Started], None]) -> int:
    """Run the gateway until SIGTERM or SIGINT, and return its exit code. Raises OperatorError where it cannot start."""
    async with AsyncExitStack() as closing:
        gateway = Gateway(settings, closing)
        started = await gateway.start()
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, gateway.stopping.set)
        announce(started)
        await gateway.stopping.wait()
        return await gateway.stop()


class Gateway:
    """Everything that one process holds. What is opened is closed by the exit stack, in the opposite order."""

    def __init__(self, settings: Settings, closing: AsyncExitStack) -> None:
        """Take the data folder, so that no second gateway writes there, and open the log."""
        self._settings = settings
        self._closing = closing
        self._clock = Clock()
        self._data = DataFolder(Path(settings.data).expanduser())
        closing.enter_context(self._data.lock())
        self._redactor = Redactor()
        self._log = open_log(settings, self._data, self._redactor)
        closing.callback(self._log.stop)
        self._metrics = Metrics()
        self._budget = ByteBudget(settings.capacity.buffered_mb * MB)
        self._deadlines = Deadlines(asyncio.get_running_loop())
        self._prices = Prices({model: msgspec.convert(msgspec.to_builtins(price), Price) for model, price in settings.prices.items()})
        self.stopping = asyncio.Event()
        """Set when it shall end: by a signal, or because a task of its own failed."""
        self._draining = False
        self._exit_code = 0
        self._servers: list[Server] = []

    # ── start ───────────────────────────────────────────────────────────────

    async def start(self) -> Started:
        """Open everything, listen, and say where."""
        settings = self._settings
        control_address = parse_address(settings.control, "control")
        check_control(control_address, behind_tls_proxy=settings.control_behind_tls_proxy)
        plan = plan_upstream(settings, os.environ, read_secret_file)
        if plan.credential is not None:
            self._redactor.register(plan.credential.value)
        database = await self._open_database()
        keys = SqlKeyStore(database)
        record, drain, journal = self._open_ledger(SqlLedger(database))
        pool = await self._open_pool(plan)
        address = parse_address(settings.listen, "listen")
        certificate = self._certificate()
        server = await self._listen(address, certificate)
        scheme = "http" if certificate is None else "https"
        listen_url = f"{scheme}://{Address(address.host, server.port)}"
        observe = Observe(self._metrics, self._log, self._tracing())
        ownership = Ownership(self._owners(database), settings.public_url or listen_url)
        routes = Routes([upstream_of(plan, pool)])

        def opened(exchange: Exchange) -> None:
            record.sent(exchange)
            observe.opened(exchange)

        stages = Stages(
            authenticate=self._authenticate(keys),
            read=Read(body_limits(settings), self._data.folder("spool"), ModelMapping(settings.legacy.models, settings.legacy.model)),
            own=ownership.own,
            resolve=routes.resolve,
            restrict=passing,
            quote=passing,
            admit=passing,
            choose=routes.choose,
            open=opened,
            send=Send({UPSTREAM: pool}),
            keep=ownership.keep,
            closing=(Meter(self._prices), record, observe),
        )
        server.handler = Edge(stages, self._clock, self.is_ready, EdgeOptions(settings.cors_origins, settings.trusted_proxies))
        control = self._serve_control(control_address, {**drain_readers(journal, drain), **self._readers(server, pool)})
        # After all that can fail: a start that comes to nothing must not use up the one showing of the key.
        first_key = await self._make_first_key(keys)
        settle_process()
        return Started(
            listen_url=listen_url,
            control_url=f"http://{Address(control_address.host, control.port)}",
            upstream=plan.url,
            credential_source=plan.credential.source if plan.credential else None,
            first_key=first_key,
            data=self._data.path,
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
        return self._exit_code

    # ── parts ───────────────────────────────────────────────────────────────

    async def _open_database(self) -> Database:
        database = Database(self._data.database_url)
        self._closing.push_async_callback(database.dispose)
        await database.upgrade()
        return database

    async def _make_first_key(self, keys: SqlKeyStore) -> str | None:
        """Make a key where there is none at all, and return its text."""
        if await keys.every():
            return None
        issued = await KeyIssuer(keys, self._clock).create(KeyOrder(FIRST_KEY))
        return issued.text

    def _open_ledger(self, ledger: SqlLedger) -> tuple[Record, Drain, Journal]:
        """Open the journal, take up what earlier processes left in it, and begin to drain it."""
        settings = self._settings.ledger
        journal = Journal(self._data.folder("journal"), self._clock, on_full=OnFull(settings.on_full))
        adopted = journal.start()
        record = Record(journal, self._clock, self._redactor)
        drain = Drain(journal, ledger)

        async def finish() -> None:
            record.flush(everything=True)
            await drain.finish(FLUSH_S)
            journal.stop()

        self._closing.push_async_callback(finish)
        self._own(drain.run(record.flush))
        self._own(Retention(ledger, self._clock, settings.retention_days).run())
        self._own(self._catch_up(journal, adopted))
        return record, drain, journal

    async def _catch_up(self, journal: Journal, adopted: list[Segment]) -> None:
        """After the start: load the prices, then close what an earlier process left open."""
        await asyncio.to_thread(self._prices.load)
        await recover(journal, adopted, self._estimate)

    def _estimate(self, opened: Opened) -> tuple[Usage, Cost | None]:
        if not opened.billable:
            return Usage(), FREE
        return self._prices.estimate(opened.model, opened.prompt_characters, opened.prompt_bytes, opened.time_us)

    async def _open_pool(self, plan: UpstreamPlan) -> Pool:
        """Return the connections to the upstream; where that is the sandbox, start it first."""
        settings = self._settings
        origin = parse_origin(plan.url or await self._start_sandbox())
        timeouts = settings.timeouts
        options = PoolOptions(
            max_connections=settings.capacity.upstream_connections,
            connect_timeout_s=timeouts.connect_s,
            first_byte_timeout_s=timeouts.first_byte_s,
            between_bytes_timeout_s=timeouts.between_bytes_s,
            idle_timeout_s=timeouts.upstream_idle_s,
            tls=client_context() if origin.scheme == "https" else None,
            proxy=proxy_from_environment if plan.url is not None else no_proxy,
        )
        pool = Pool(origin, options, self._deadlines)
        self._closing.push_async_callback(pool.close)
        return pool

    async def _start_sandbox(self) -> str:
        """Serve the sandbox on a loopback port of its own, and return its address."""
        sandbox = Sandbox(self._clock, sandbox_options(self._settings))
        self._closing.push_async_callback(sandbox.close)
        server = await listen(sandbox.handle, "127.0.0.1", 0, ServerOptions(refuse=sandbox.refuse))
        self._closing.push_async_callback(server.drain, 0.0)
        return f"http://127.0.0.1:{server.port}"

    def _certificate(self) -> Certificate | None:
        """Return the listening side's certificate, None for plain HTTP."""
        tls = self._settings.tls
        if tls.local:
            files = local_certificate(self._data.folder("tls"), tls.names, moment(self._clock.now_us()))
            return Certificate(files.certificate, files.key, files.authority)
        if tls.certificate is None and tls.key is None:
            return None
        if tls.certificate is None or tls.key is None:
            raise OperatorError("tls.certificate and tls.key go together: set both, or neither")
        return Certificate(Path(tls.certificate).expanduser(), Path(tls.key).expanduser(), None)

    async def _listen(self, address: Address, certificate: Certificate | None) -> Server:
        limits, timeouts = self._settings.capacity, self._settings.timeouts
        options = ServerOptions(
            tls=None if certificate is None else server_context(certificate.certificate, certificate.key),
            refuse=refuse(self._clock),
            budget=self._budget,
            max_connections=limits.connections,
            max_connections_per_address=limits.connections_per_address,
            max_header_bytes=limits.header_bytes,
            max_headers=limits.headers,
            header_timeout_s=timeouts.header_s,
            body_timeout_s=timeouts.body_s,
            idle_timeout_s=timeouts.idle_s,
            write_timeout_s=timeouts.write_s,
        )
        try:
            server = await listen(not_yet, address.host, address.port, options)
        except OSError as error:
            raise cannot_listen(address, error) from error
        self._servers.append(server)
        self._closing.push_async_callback(server.drain, 0.0)
        return server

    def _authenticate(self, keys: SqlKeyStore) -> Authenticate:
        chosen = self._settings.keys
        options = KeyOptions(
            unreadable_s=chosen.unreadable_s,
            refuse_unreadable=chosen.on_unreadable == "fail_closed",
            unknown_per_second=chosen.unknown_per_second,
        )
        authenticate = Authenticate(keys, self._clock, options)
        self._own(authenticate.watch())
        return authenticate

    def _owners(self, database: Database) -> Owners:
        return Owners(SqlOwnerStore(database), self._clock, forward_unowned=self._settings.unowned == "forward")

    def _tracing(self) -> Any:  # noqa: ANN401  (its type needs the optional extra)
        tracing = start_tracing(os.environ, self._redactor)
        if tracing is not None:
            self._closing.callback(tracing.stop)
        return tracing

    def _serve_control(self, address: Address, readers: dict[metric_table.Metric, Callable[[], float]]) -> ControlServer:
        exposition = Exposition(self._metrics, readers)
        control = ControlServer(control_application(exposition.text, self.is_ready, address.host), address.host, address.port)
        self._closing.callback(control.stop)
        control.start()
        return control

    def _readers(self, server: Server, pool: Pool) -> dict[metric_table.Metric, Callable[[], float]]:
        return {
            metric_table.LOG_DROPPED: lambda: self._log.dropped,
            metric_table.CONNECTIONS: lambda: server.connections,
            metric_table.UPSTREAM_CONNECTIONS: lambda: pool.connections,
            metric_table.BAD_REQUESTS: lambda: server.refused,
            metric_table.BUFFERED_BYTES: lambda: self._budget.held_bytes,
        }

    def _own(self, work: Coroutine[Any, Any, None]) -> None:
        """Run a task until the end of the gateway. One that fails before is logged, and ends the gateway: half of it is no gateway."""
        task = asyncio.create_task(work)
        task.add_done_callback(self._look_at)

        async def end() -> None:
            task.cancel()
            await asyncio.wait([task])

        self._closing.push_async_callback(end)

    def _look_at(self, task: asyncio.Task[None]) -> None:
        if not task.cancelled() and task.exception() is not None:
            log.critical("the task %s failed, so the gateway stops", task.get_coro(), exc_info=task.exception())
            self._exit_code = 1
            self.stopping.set()


class Certificate(msgspec.Struct, frozen=True):
    """The listening side's files, and what its clients must trust where the authority is ours."""

    certificate: Path
    key: Path
    authority: Path | None


async def passing(exchange: Exchange) -> None:
    """Let everything pass."""


async def not_yet(request: Any, reply: Any) -> None:  # noqa: ANN401  (a handler's signature)
    """Answer nothing: the handler is set before the loop turns again."""


def open_log(settings: Settings, data: DataFolder, redactor: Redactor) -> Log:
    """Open the log, and let everything that is logged in this process go there."""
    chosen = settings.log
    file = RotatingFile(data.file(LOG_FILE), chosen.file_mb * MB, chosen.retention_days)
    log = Log(redactor, file=file, console=sys.stderr, form=Form(chosen.format))
    log.start()
    take_over(log, chosen.level)
    return log


def upstream_of(plan: UpstreamPlan, pool: Pool) -> Upstream:
    """Return the upstream that the plan names; its pool knows where the sandbox listens."""
    credential = None if plan.credential is None else Secret(plan.credential.value)
    return Upstream(UPSTREAM, pool.origin, credential)


def body_limits(settings: Settings) -> dict[Intake, int]:
    """Return how long a body may be, by how it is taken in."""
    limits = settings.capacity
    return {
        Intake.NONE: MB,
        Intake.WHOLE: limits.message_body_mb * MB,
        Intake.SPOOLED: limits.batch_body_mb * MB,
        Intake.PIPED: limits.file_body_mb * MB,
    }


def drain_readers(journal: Journal, drain: Drain) -> dict[metric_table.Metric, Callable[[], float]]:
    """Return what the metrics read of the journal and its drain."""
    return {
        metric_table.JOURNAL_BYTES: lambda: journal.depth_bytes,
        metric_table.JOURNAL_SEGMENTS: lambda: len(journal.segments),
        metric_table.JOURNAL_OWED: lambda: journal.owed,
        metric_table.JOURNAL_UNWRITTEN: lambda: journal.unwritten,
        metric_table.JOURNAL_TORN: lambda: drain.torn,
        metric_table.DRAINED: lambda: drain.entries,
        metric_table.DRAIN_OUTAGES: lambda: drain.outages,
    }
