"""The upstreams' parts: their connections, their credentials, and the sandbox where that is one of them."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import unquote, urlsplit

from yumen.app.dialects import open_dialects
from yumen.http import Pool, PoolOptions, ServerOptions
from yumen.http import serve as listen
from yumen.http.tls import client_context
from yumen.observe import metric_table
from yumen.routes import LEVELS, CircuitOptions, Routes, Share, Upstream, parse_origin
from yumen.sandbox import Sandbox
from yumen.settings import plan_upstreams
from yumen.settings.clouds import judge_of
from yumen.settings.proxies import proxy_of
from yumen.settings.sandboxed import sandbox_options

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from yumen.app.credentials import Credentials
    from yumen.app.ground import Ground
    from yumen.http.deadlines import Deadlines
    from yumen.observe.exposition import Reader
    from yumen.routes import Aliases
    from yumen.routes.quota import Left
    from yumen.settings import NamedPlan
    from yumen.upstream.dialect import Dialect

Plans = tuple["NamedPlan", ...]


class Upstreams(NamedTuple):
    """All upstreams, by their names."""

    pools: Mapping[str, Pool]
    dialects: Mapping[str, Dialect]
    routes: Routes


def plan(ground: Ground) -> Plans:
    """Decide where requests go."""
    return plan_upstreams(ground.settings, os.environ)


async def open_upstreams(
    ground: Ground, plans: Plans, credentials: Credentials, deadlines: Deadlines, aliases: Aliases | None = None
) -> Upstreams:
    """Open the connections, start the sandbox where it is an upstream, and fetch the credentials. Raises OperatorError."""
    sandbox = ground.place.sandbox
    if sandbox is None and needs_sandbox(plans):
        sandbox = await start_sandbox(ground)
    pools = {each.name: open_pool(ground, each, sandbox or "", deadlines) for each in plans}
    dialects = open_dialects(ground, plans)
    upstreams = [await upstream_of(each, pools[each.name], credentials, dialects.get(each.name)) for each in plans]
    chosen = ground.settings.retry
    return Upstreams(pools, dialects, Routes(upstreams, CircuitOptions(chosen.open_after, chosen.open_s), aliases))


def needs_sandbox(plans: Plans) -> bool:
    """Tell whether the sandbox is an upstream."""
    return any(each.url is None for each in plans)


def open_pool(ground: Ground, planned: NamedPlan, sandbox: str, deadlines: Deadlines) -> Pool:
    """Return the connections to an upstream."""
    settings, table = ground.settings, planned.table
    origin = parse_origin(planned.url or sandbox)
    timeouts = settings.timeouts
    hide_proxy_password(ground, planned)
    options = PoolOptions(
        max_connections=table.connections or settings.capacity.upstream_connections,
        connect_timeout_s=table.connect_s or timeouts.connect_s,
        first_byte_timeout_s=table.first_byte_s or timeouts.first_byte_s,
        between_bytes_timeout_s=table.between_bytes_s or timeouts.between_bytes_s,
        idle_timeout_s=timeouts.upstream_idle_s,
        tls=client_context() if origin.scheme == "https" else None,
        proxy=proxy_of(planned),
    )
    pool = Pool(origin, options, deadlines)
    ground.closing.push_async_callback(pool.close)
    return pool


def hide_proxy_password(ground: Ground, planned: NamedPlan) -> None:
    """Keep the password of a table's proxy out of sight."""
    password = urlsplit(planned.table.proxy or "").password
    if password:
        ground.redactor.register(unquote(password))


async def start_sandbox(ground: Ground) -> str:
    """Serve the sandbox on a loopback port of its own, and return its address."""
    sandbox = Sandbox(ground.clock, sandbox_options(ground.settings))
    ground.closing.push_async_callback(sandbox.close)
    server = await listen(sandbox.handle, "127.0.0.1", 0, ServerOptions(refuse=sandbox.refuse))
    ground.closing.push_async_callback(server.drain, 0.0)
    return f"http://127.0.0.1:{server.port}"


async def upstream_of(planned: NamedPlan, pool: Pool, credentials: Credentials, dialect: Dialect | None) -> Upstream:
    """Return the upstream of a plan; its pool knows where the sandbox listens. Raises OperatorError without its credential."""
    table, keeper = planned.table, None
    if planned.credential is not None and planned.url is not None:
        keeper = await credentials.keep(planned.name, planned.credential, judge_of(table, planned.url))
    share = Share(table.models, table.names, table.environments, table.priority, table.weight, table.organizations)
    return Upstream(planned.name, pool.origin, None, table.credential_header, share, keeper, dialect)


def readers_of(upstreams: Upstreams, ground: Ground) -> dict[metric_table.Metric, Reader]:
    """Return what the metrics read of the upstreams. They may be read from another thread: each copies before it walks."""
    ways = upstreams.routes.ways

    def quota(part: Callable[[Left], float | None]) -> dict[tuple[str, ...], float]:
        now_us = ground.clock.now_us()
        found: dict[tuple[str, ...], float] = {}
        for name, way in ways.items():
            for of, one in way.quotas.copy().items():
                for kind, left in one.lefts(now_us).items():
                    value = part(left)
                    if value is not None:
                        found[name, of, kind] = value
        return found

    return {
        metric_table.UPSTREAM_CONNECTIONS: lambda: {(name,): float(pool.connections) for name, pool in upstreams.pools.items()},
        metric_table.UPSTREAM_CIRCUIT: lambda: {(name,): float(LEVELS[way.circuit.state]) for name, way in ways.items()},
        metric_table.UPSTREAM_QUOTA_REMAINING: lambda: quota(lambda left: left.remaining),
        metric_table.UPSTREAM_QUOTA_LIMIT: lambda: quota(lambda left: left.limit),
        metric_table.UPSTREAM_QUOTA_RESET: lambda: quota(lambda left: left.reset_us / 1_000_000),
        metric_table.UPSTREAM_REQUESTS: lambda: {
            (name, result): float(count) for name, way in ways.items() for result, count in way.results.copy().items()
        },
    }
