"""The upstream's parts: its connections, its credential, and the sandbox where that is the upstream."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from yumen.http import Pool, PoolOptions, ServerOptions
from yumen.http import serve as listen
from yumen.http.options import no_proxy
from yumen.http.proxy import proxy_from_environment
from yumen.http.tls import client_context
from yumen.routes import Upstream, parse_origin
from yumen.sandbox import Sandbox
from yumen.settings import judge_for, plan_upstream
from yumen.settings.sandboxed import sandbox_options

if TYPE_CHECKING:
    from yumen.app.credentials import Credentials
    from yumen.app.ground import Ground
    from yumen.http.deadlines import Deadlines
    from yumen.settings import UpstreamPlan

UPSTREAM = "default"


def plan(ground: Ground) -> UpstreamPlan:
    """Decide where requests go."""
    return plan_upstream(ground.settings, os.environ)


async def open_pool(ground: Ground, planned: UpstreamPlan, deadlines: Deadlines) -> Pool:
    """Return the connections to the upstream; where that is the sandbox, start it first."""
    settings = ground.settings
    origin = parse_origin(planned.url or ground.place.sandbox or await start_sandbox(ground))
    timeouts = settings.timeouts
    options = PoolOptions(
        max_connections=settings.capacity.upstream_connections,
        connect_timeout_s=timeouts.connect_s,
        first_byte_timeout_s=timeouts.first_byte_s,
        between_bytes_timeout_s=timeouts.between_bytes_s,
        idle_timeout_s=timeouts.upstream_idle_s,
        tls=client_context() if origin.scheme == "https" else None,
        proxy=proxy_from_environment if planned.url is not None else no_proxy,
    )
    pool = Pool(origin, options, deadlines)
    ground.closing.push_async_callback(pool.close)
    return pool


async def start_sandbox(ground: Ground) -> str:
    """Serve the sandbox on a loopback port of its own, and return its address."""
    sandbox = Sandbox(ground.clock, sandbox_options(ground.settings))
    ground.closing.push_async_callback(sandbox.close)
    server = await listen(sandbox.handle, "127.0.0.1", 0, ServerOptions(refuse=sandbox.refuse))
    ground.closing.push_async_callback(server.drain, 0.0)
    return f"http://127.0.0.1:{server.port}"


async def upstream_of(credentials: Credentials, planned: UpstreamPlan, pool: Pool) -> Upstream:
    """Return the upstream that the plan names; its pool knows where the sandbox listens. Raises OperatorError without its credential."""
    keeper = None
    if planned.credential is not None and planned.url is not None:
        keeper = await credentials.keep(UPSTREAM, planned.credential, judge_for(planned.url))
    return Upstream(UPSTREAM, pool.origin, keeper=keeper)
