"""A gateway without its stores: the real edge, spine, owners, routes and sending, with a key that is always accepted."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Collection
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import msgspec

from tests.exchange.scripted import Upstream, until
from yumen.claude import Intake
from yumen.claude.completions import ModelMapping
from yumen.clock import Clock
from yumen.exchange import Candidate, Exchange, Principal, Read, Secret, Stages, State, Step, Target
from yumen.http import ByteBudget, Origin, Pool, PoolOptions, Server, ServerOptions, serve
from yumen.http.deadlines import Deadlines
from yumen.keys import Ownership
from yumen.keys.owners import Owners, Resource
from yumen.routes import Routes
from yumen.routes import Upstream as Named
from yumen.server import Edge, EdgeOptions, refuse
from yumen.upstream import Around, RetryOptions, Send, Wait

OTHER = "other"
CREDENTIAL = "sk-ant-of-the-upstream"
PUBLIC_URL = "http://gateway.test:8010"
MB = 1024 * 1024
LIMITS = {Intake.NONE: 1 * MB, Intake.WHOLE: 2 * MB, Intake.SPOOLED: 8 * MB, Intake.PIPED: 64 * MB}
MINE = Principal("apikey_1", "mine", "production", "wrkspc_mine", ("/v1/open",))
THEIRS = Principal("apikey_2", "theirs", "production", "wrkspc_theirs")


class OwnerDict:
    """Keeps owners in a dict."""

    def __init__(self) -> None:
        self.rows: dict[str, Resource] = {}

    async def remember(self, resources: Collection[Resource]) -> None:
        """As the protocol says."""
        for resource in resources:
            self.rows.setdefault(resource.id, resource)

    async def find(self, ids: Collection[str]) -> dict[str, Resource]:
        """As the protocol says."""
        return {identifier: self.rows[identifier] for identifier in ids if identifier in self.rows}


async def authenticate(exchange: Exchange) -> None:
    """Know every caller by its key's last word."""
    exchange.principal = THEIRS if exchange.request.header(b"x-api-key") == b"yk-theirs" else MINE


@dataclass
class House:
    """What a test may look at."""

    server: Server
    pool: Pool
    edge: Edge
    owners: OwnerDict
    budget: ByteBudget
    spool: Path
    opened: list[Exchange]
    wait: Wait
    closings: list[str] = field(default_factory=list)
    """Which closing stages ran, in their order."""
    closed: list[Exchange] = field(default_factory=list)
    is_ready: bool = True

    @property
    def port(self) -> int:
        """Where it listens."""
        return self.server.port

    def on_disk(self) -> list[Path]:
        """Return the files that have a name in the spool's folder."""
        return list(self.spool.iterdir())

    async def last(self, count: int = 1) -> Exchange:
        """Return the newest exchange once that many are closed, each exactly once."""
        await until(lambda: len(self.closed) >= count and self.closed[count - 1].state is State.CLOSED, "the close")
        assert self.closings == ["meter", "record", "observe"] * count
        assert len({exchange.request_id for exchange in self.closed}) == count
        return self.closed[count - 1]

    async def nothing_is_open(self) -> None:
        """Check that no exchange, no upstream connection and no byte of the budget is still taken."""
        await until(lambda: self.edge.open_exchanges == 0, "the exchanges to end")
        await until(lambda: not any(each.busy and not each.closed for each in self.pool._members), "the upstream's connections")
        await until(lambda: self.budget.held_bytes == 0, "the budget")


class Setting(msgspec.Struct, frozen=True):
    """What a test may set."""

    edge: EdgeOptions = EdgeOptions()
    pool: PoolOptions = msgspec.field(default_factory=PoolOptions)
    budget_bytes: int = 64 * MB
    credential: str | None = CREDENTIAL
    prefix: str = ""
    retry: RetryOptions = RetryOptions(attempts=1)
    """Most tests look at one attempt; with more, the pauses are drawn as the shortest."""
    around: Around = Around()
    elsewhere: int | None = None
    """The port of a second upstream, `other`, for what is to be tried elsewhere."""


PLAIN = Setting()


@asynccontextmanager
async def house(
    upstream: Upstream | int,
    folder: Path,
    setting: Setting = PLAIN,
    **changes: Callable[[Any], Any],
) -> AsyncIterator[House]:
    """Serve in front of an upstream. A stage that is named is replaced by what its change makes of it."""
    port = upstream if isinstance(upstream, int) else upstream.port
    clock = Clock()
    loop = asyncio.get_running_loop()
    origin = Origin("http", "127.0.0.1", port, setting.prefix)
    pool = Pool(origin, setting.pool, Deadlines(loop))
    pools = {"default": pool}
    around = setting.around
    if setting.elsewhere is not None:
        pools[OTHER] = Pool(Origin("http", "127.0.0.1", setting.elsewhere), setting.pool, Deadlines(loop))
        around = msgspec.structs.replace(around, another=lambda exchange: all(each.upstream != OTHER for each in exchange.attempts))
    rows = OwnerDict()
    ownership = Ownership(Owners(rows, clock), PUBLIC_URL)
    routes = Routes([Named("default", origin, Secret(setting.credential) if setting.credential else None)])
    budget = ByteBudget(setting.budget_bytes)

    async def passing(_: Exchange) -> None:
        pass

    async def no_handler(*_: object) -> None:
        raise AssertionError

    server = await serve(no_handler, "127.0.0.1", 0, ServerOptions(refuse=refuse(clock), budget=budget))

    def closing(name: str) -> Any:  # noqa: ANN401  (a closing stage)
        def note(exchange: Exchange) -> None:
            made.closings.append(name)
            if name == "record":
                made.closed.append(exchange)

        return note

    async def choose(exchange: Exchange) -> None:
        await routes.choose(exchange)
        attempts = exchange.attempts
        if attempts and (attempts[-1].step is Step.ELSEWHERE or attempts[-1].upstream == OTHER):
            exchange.candidate = Candidate(OTHER, "claude-of-another-name")
            exchange.target = Target(OTHER, f"127.0.0.1:{setting.elsewhere}", "", Secret("sk-ant-of-the-other"))

    opened: list[Exchange] = []
    wait = Wait()
    plan = Stages(
        authenticate=authenticate,
        read=Read(LIMITS, folder, ModelMapping()),
        own=ownership.own,
        attach=passing,
        recall=passing,
        resolve=routes.resolve,
        restrict=passing,
        quote=passing,
        admit=passing,
        check=passing,
        choose=choose,
        open=opened.append,
        send=Send(pools, options=setting.retry, around=around, draw=lambda: 0.0),
        wait=wait,
        keep=ownership.keep,
        closing=(closing("meter"), closing("record"), closing("observe")),
    )
    changed = {name: change(getattr(plan, name)) for name, change in changes.items()}
    edge = Edge(msgspec.structs.replace(plan, **changed), clock, lambda: made.is_ready, setting.edge)
    made = House(server, pool, edge, rows, budget, folder, opened, wait)
    server.handler = edge
    try:
        yield made
    finally:
        await server.drain(0)
        for each in pools.values():
            await each.close()
