"""Admission and settlement over a store, with a clock that jumps and exchanges of the fields that they read."""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Sequence
from types import SimpleNamespace
from typing import Any

from yumen.claude import RequestView, Usage, find_endpoint
from yumen.claude.endpoints import OTHER
from yumen.errors import Fault, LimitsUnavailable, RateLimited
from yumen.exchange.states import State
from yumen.exchange.values import Cost, Outcome, Principal, Quote
from yumen.limits import Admission, Counting, Kind, Limit, LimitOptions, Line, NoHistory, Renewal, Reserve, Scope, ScopeKind, Settle, Tally
from yumen.limits.store_memory import MemoryLimitStore
from yumen.limits.terms import OrganizationTerms, RememberedTerms
from yumen.storage import RevisionWatch
from yumen.testing.clock import JumpingClock

ORGANIZATION = "org_1"
ALICE = Principal("apikey_alice", "alice", "production", "wrkspc_1", (), ORGANIZATION, "user_alice", "cost-1")
BOB = Principal("apikey_bob", "bob", "production", "wrkspc_1", (), ORGANIZATION, "user_bob", "cost-1")
CAROL = Principal("apikey_carol", "carol", "production", "wrkspc_2", (), ORGANIZATION)
SCOPES = {
    ScopeKind.ORGANIZATION: Scope(ScopeKind.ORGANIZATION, ORGANIZATION),
    ScopeKind.WORKSPACE: Scope(ScopeKind.WORKSPACE, "wrkspc_1"),
    ScopeKind.KEY: Scope(ScopeKind.KEY, "apikey_alice"),
    ScopeKind.MEMBER: Scope(ScopeKind.MEMBER, "user_alice"),
    ScopeKind.LABEL: Scope(ScopeKind.LABEL, "cost-1"),
}
OPUS = "claude-opus-5"
DOLLAR = 10**9
QUOTE = Quote(OPUS, 1000, 5_000_000, 100_000_000, 25_000, 4000)


class TermsDict:
    """A `TermsStore` in a dict."""

    def __init__(self) -> None:
        self.organizations: dict[str, OrganizationTerms] = {}
        self.broken = False
        self.reads = 0

    async def read(self, organization_ids: Collection[str]) -> dict[str, OrganizationTerms]:
        """As the protocol says."""
        self.reads += 1
        if self.broken:
            raise LimitsUnavailable
        return {identifier: self.organizations.get(identifier, OrganizationTerms()) for identifier in organization_ids}


class Desk:
    """All parts, and a shorthand for what a test does with them."""

    def __init__(
        self,
        *limits: Limit | Line,
        plan: Sequence[Limit] = (),
        store: Any = None,  # noqa: ANN401  (any store)
        options: LimitOptions | None = None,
        **more: Any,  # noqa: ANN401  (doubles)
    ) -> None:
        self.clock = JumpingClock()
        self.terms = TermsDict()
        self.revision = 1
        self.watch = RevisionWatch(self._read, self.clock)
        self.known = RememberedTerms(self.terms, self.watch)
        self.store = MemoryLimitStore(self.clock) if store is None else store
        self.tally = Tally(self.clock, more.get("on_standing"))
        self.counting = Counting(self.store, self.known, more.get("history") or NoHistory(), self.tally, options or LimitOptions())
        self.admit = Admission(self.counting, more.get("pause") or self.pass_s)
        self.settle = Settle(self.counting)
        self.renewal = Renewal(self.counting)
        self.set(*limits, plan=plan)
        self._number = 0

    async def _read(self) -> int:
        return self.revision

    async def pass_s(self, seconds: float) -> None:
        """Let time pass instead of waiting: to the microsecond."""
        self.clock.move(round(seconds * 1_000_000))

    def set(self, *limits: Limit | Line, plan: Sequence[Limit] = (), time_zone: str = "UTC") -> None:
        """Set limits: a line where it says, a bare limit on the key."""
        lines = tuple(each if isinstance(each, Line) else Line(SCOPES[ScopeKind.KEY], each) for each in limits)
        self.terms.organizations[ORGANIZATION] = OrganizationTerms(time_zone, tuple(plan), lines)
        self.revision += 1

    def exchange(self, principal: Principal = ALICE, path: str = "/v1/messages", method: str = "POST", quote: Quote | None = QUOTE) -> Any:  # noqa: ANN401  (a double)
        """Return a request that has been quoted."""
        match = find_endpoint(method, path)
        endpoint = OTHER if match is None else match.endpoint
        self._number += 1
        return SimpleNamespace(
            principal=principal,
            endpoint=endpoint,
            path=path,
            quote=quote if endpoint.billable else None,
            view=RequestView(model=OPUS, max_tokens=4000),
            clock=self.clock,
            request_id=f"req_{self._number}",
            hold=None,
            shown=[],
            tap=None,
            state=State.READ,
            started_us=self.clock.now_us(),
            sent_ns=0,
            fault=None,
            attempts=[],
            usage=None,
            cost=None,
            outcome=None,
            settling=None,
            replay_of=None,
            limit_wait_us=0,
            limit_note=None,
        )

    async def ask(self, principal: Principal = ALICE, path: str = "/v1/messages", method: str = "POST", quote: Quote | None = QUOTE) -> Any:  # noqa: ANN401  (a double)
        """Admit one request and return it; raises its refusal."""
        exchange = self.exchange(principal, path, method, quote)
        await self.admit(exchange)
        return exchange

    async def refusal(
        self, principal: Principal = ALICE, path: str = "/v1/messages", quote: Quote | None = QUOTE
    ) -> tuple[Fault, dict[str, str]]:
        """Return the refusal of a request, and the headers that it shows."""
        exchange = self.exchange(principal, path, quote=quote)
        [fault] = await asyncio.gather(self.admit(exchange), return_exceptions=True)
        assert isinstance(fault, Fault), fault
        assert exchange.hold is None or not isinstance(fault, RateLimited), "there is nothing to settle"
        self.end(exchange, State.REFUSED)
        return fault, headers(exchange)

    def end(self, exchange: Any, state: State = State.ANSWERED, usage: Usage | None = None, nanousd: int | None = 0) -> None:  # noqa: ANN401  (a double)
        """Settle a request that ended so."""
        exchange.state = state
        exchange.outcome = Outcome.REFUSED if state is State.REFUSED else Outcome.ANSWERED
        exchange.sent_ns = 0 if state is State.REFUSED else 1
        exchange.usage = usage
        exchange.cost = None if nanousd is None else Cost(nanousd, "test")
        self.settle(exchange)

    async def admitted(self, count: int, principal: Principal = ALICE) -> int:
        """Ask so often, and return how many were admitted."""
        passed = 0
        for _ in range(count):
            try:
                await self.ask(principal)
            except Fault:
                continue
            passed += 1
        return passed


def limit(kind: Kind, value: int, **more: Any) -> Limit:  # noqa: ANN401  (the limit's own fields)
    """A limit, of money by its bound."""
    return Limit(kind, value, **({"reserve": Reserve.BOUND} | more))


def headers(exchange: Any) -> dict[str, str]:  # noqa: ANN401  (a double)
    """Return what a request shows of its limits."""
    return {name.decode(): value.decode() for name, value in exchange.shown}


class Broken:
    """A store that is away as long as `away` is set; else it is the one behind it."""

    def __init__(self, behind: Any) -> None:  # noqa: ANN401  (any store)
        self.behind = behind
        self.away = True
        self.calls: list[str] = []

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401  (the store's own)
        async def call(*arguments: Any) -> Any:  # noqa: ANN401  (the same)
            self.calls.append(name)
            if self.away:
                raise LimitsUnavailable
            result = getattr(self.behind, name)(*arguments)
            return await result if name != "close" else result

        return call
