"""A house whose requests are under a policy, and an upstream that writes down all that it gets."""

from __future__ import annotations

from collections.abc import AsyncIterator, Collection
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import msgspec

from tests.claude.streams import answer_body
from tests.exchange.house import MINE, PLAIN, House, Setting, house
from tests.exchange.scripted import Call, Script, Upstream, plain, upstream
from tests.policy.planted import PLANTED, SECRET
from yumen.clock import Clock
from yumen.exchange import Exchange, Principal
from yumen.policy.compiled import Compiled
from yumen.policy.findings import Findings
from yumen.policy.kept import Kept, KeptRow
from yumen.policy.screening import Screening
from yumen.policy.stage import Check, Parts
from yumen.storage import DatabaseUnavailable
from yumen.storage.compartments import One

KEY = (b"x-api-key", b"yk-test")
JSON = (b"content-type", b"application/json")


class PlainSealer:
    """Seals with nothing, but for its context."""

    def seal(self, data: bytes, context: bytes) -> bytes:
        """As the protocol says."""
        return context + b"|" + data

    def open(self, sealed: bytes, context: bytes) -> bytes:
        """As the protocol says."""
        assert sealed.startswith(context + b"|")
        return sealed.removeprefix(context + b"|")

    def derived(self, purpose: bytes) -> bytes:
        """As the protocol says."""
        assert purpose == b"placeholder"
        return SECRET


class KeptDict:
    """Keeps mappings in a dict."""

    def __init__(self) -> None:
        self.rows: dict[str, KeptRow] = {}
        self.away = False

    async def put(self, row: KeptRow) -> None:
        """As the protocol says."""
        if self.away:
            raise DatabaseUnavailable
        self.rows[row.resource_id] = row

    async def find(self, organization_id: str, ids: Collection[str]) -> list[KeptRow]:
        """As the protocol says."""
        if self.away:
            raise DatabaseUnavailable
        return [row for row in self.rows.values() if row.organization_id == organization_id and row.resource_id in ids]

    async def delete(self, organization_id: str, identifier: str) -> None:
        """As the protocol says."""
        if self.away:
            raise DatabaseUnavailable
        if identifier in self.rows and self.rows[identifier].organization_id == organization_id:
            del self.rows[identifier]

    async def purge(self, before_us: int, limit: int) -> int:
        """As the protocol says."""
        over = [row.resource_id for row in self.rows.values() if row.expires_us <= before_us][:limit]
        for identifier in over:
            del self.rows[identifier]
        return len(over)


@dataclass
class Held:
    """What a test may look at."""

    up: Upstream
    home: House
    check: Check
    kept: KeptDict
    sealers: list[str] = field(default_factory=list)
    """The organizations whose sealers were asked for."""
    found: dict[str, Findings] = field(default_factory=dict)

    @property
    def port(self) -> int:
        """Where it listens."""
        return self.home.port

    def wire(self) -> bytes:
        """All that the upstream got."""
        return b"\n".join(b"%b %b %r %b" % (call.method, call.target, call.headers, call.body) for call in self.up.calls)


async def shaped(call: Call) -> None:
    """Answer with a Message where one is asked for, else with a batch."""
    asked = call.target in (b"/v1/messages", b"/v1/chat/completions")
    await call.send(plain(answer_body() if asked else b'{"id":"msgbatch_1","type":"message_batch"}'))


async def authenticate(exchange: Exchange) -> None:
    """Know a caller that may use any path."""
    exchange.principal = msgspec.structs.replace(MINE, allowed_paths=("/v1/open/*",))


@asynccontextmanager
async def held(folder: Path, compiled: Compiled = PLANTED, script: Script | None = None, setting: Setting = PLAIN) -> AsyncIterator[Held]:
    """Serve under those policies."""
    kept = KeptDict()

    async def under(principal: Principal) -> Compiled:
        del principal
        return compiled

    async def sealer_of(organization_id: str) -> PlainSealer:
        made.sealers.append(organization_id)
        return PlainSealer()

    def begin(exchange: Exchange, policies: Compiled) -> Findings:
        return made.found.setdefault(exchange.request_id, Findings(policies))

    clock = Clock()
    check = Check(Parts(under, begin, Screening(), sealer_of, Kept(One(kept), sealer_of, clock), folder))
    async with (
        upstream(script or shaped) as up,
        house(up, folder, setting, check=lambda _: check, authenticate=lambda _: authenticate) as home,
    ):
        made = Held(up, home, check, kept)
        yield made
