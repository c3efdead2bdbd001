"""The gateway of a scene: the real edge, spine, routes, pools, connections and retries, without stores."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import msgspec

from bench.reliability.virtual import VirtualClock
from yumen.claude import Intake
from yumen.claude.completions import ModelMapping
from yumen.exchange import Principal, Read, Secret, Stages
from yumen.http import Origin, Pool, PoolOptions
from yumen.http.deadlines import Deadlines
from yumen.routes import Routes, Share
from yumen.routes import Upstream as Named
from yumen.server import Edge, EdgeOptions
from yumen.upstream import Around, RetryOptions, Send, Wait

if TYPE_CHECKING:
    from pathlib import Path
    from random import Random

    from yumen.exchange import Exchange
    from yumen.http import Reply, Request

MB = 1024 * 1024
CALLER = Principal("apikey_1", "simulated", "production", "wrkspc_1")
FIRST_BYTE_S = 30.0
"""How long an upstream may be silent; the default of ten minutes would only make the scenes longer."""


class Parts(msgspec.Struct, frozen=True):
    """What the gateway is made of: upstreams in the order of their priority, and how it retries."""

    upstreams: tuple[str, ...]
    resend_lost: bool
    attempts: int


class Gateway:
    """A gateway, and its record of everything that went through."""

    def __init__(self, edge: Edge) -> None:
        """Stand behind that edge."""
        self._edge = edge
        self.exchanges: dict[str, Exchange] = {}
        self.closed = 0

    async def handle(self, request: Request, reply: Reply) -> None:
        """Answer a request."""
        await self._edge(request, reply)

    def record(self, exchange: Exchange) -> None:
        """Write an exchange down."""
        self.closed += 1
        self.exchanges[(exchange.request.header(b"x-simulated-id") or b"").decode()] = exchange


async def authenticate(exchange: Exchange) -> None:
    """Know everybody."""
    exchange.principal = CALLER


async def passing(_: Exchange) -> None:
    """Do nothing."""


def options_of(parts: Parts) -> RetryOptions:
    """Return how a scene's gateway retries: as shipped, but for what the scene says."""
    return RetryOptions(attempts=parts.attempts, resend_lost=parts.resend_lost)


def open_gateway(parts: Parts, folder: Path, draw: Random) -> Gateway:
    """Put a gateway together in the running loop."""
    loop = asyncio.get_running_loop()
    clock = VirtualClock(loop)
    deadlines = Deadlines(loop)
    options = PoolOptions(first_byte_timeout_s=FIRST_BYTE_S)
    pools = {name: Pool(Origin("http", name, 80), options, deadlines) for name in parts.upstreams}
    named = [
        Named(name, pool.origin, Secret("sk-ant-simulated"), share=Share(priority=place))
        for place, (name, pool) in enumerate(pools.items())
    ]
    routes = Routes(named)
    gateway: Gateway

    def record(exchange: Exchange) -> None:
        gateway.record(exchange)

    def opened(_: Exchange) -> None:
        pass

    stages = Stages(
        authenticate=authenticate,
        read=Read(dict.fromkeys(Intake, MB), folder, ModelMapping()),
        own=passing,
        attach=passing,
        recall=passing,
        resolve=routes.resolve,
        restrict=passing,
        quote=passing,
        admit=passing,
        check=passing,
        choose=routes.choose,
        open=opened,
        send=Send(pools, options=options_of(parts), around=Around(routes.another, routes.note), draw=draw.random),
        wait=Wait(),
        keep=passing,
        closing=(record, routes.close),
    )
    gateway = Gateway(Edge(stages, clock, lambda: True, EdgeOptions()))
    return gateway
