"""From what was asked to where it goes, over several upstreams."""

from __future__ import annotations

import threading
from types import SimpleNamespace
from typing import Any

import pytest

from yumen.claude.endpoints import find_endpoint
from yumen.errors import (
    CallerLeft,
    CredentialUnavailable,
    Fault,
    Internal,
    InvalidRequest,
    NotFound,
    NoUpstreamOfItsOwn,
    Truncated,
    UpstreamLost,
    UpstreamsResting,
    UpstreamTimeout,
)
from yumen.exchange import Attempt, Candidate, Secret, Step, Why
from yumen.exchange.values import Principal
from yumen.http import Origin
from yumen.routes import Circuit, CircuitOptions, Routes, Share, Upstream
from yumen.routes.session import session_of
from yumen.testing.clock import JumpingClock

OPTIONS = CircuitOptions(open_after=2, open_s=5.0)
BUSY = 529


def routes_of(aliases: Any = None, **shares: Share) -> Routes:  # noqa: ANN401  (a double)
    """Return routes to upstreams of those names."""
    return Routes([Upstream(name, Origin("http", name, 80), share=share) for name, share in shares.items()], OPTIONS, aliases)


class World:
    """One clock, and exchanges as far as routes look at them."""

    def __init__(self) -> None:
        self.clock = JumpingClock()
        self.number = 0

    def exchange(self, model: str | None = "claude-x", environment: str = "production", **changes: Any) -> Any:  # noqa: ANN401  (a double)
        """Return a request of one session."""
        self.number += 1
        principal = Principal("apikey_1", "", environment, "wrkspc_1", organization_id="org_1", isolated=changes.pop("isolated", False))
        match = find_endpoint("POST", "/v1/messages")
        assert match is not None
        fields = {
            "view": SimpleNamespace(model=model),
            "principal": principal,
            "endpoint": match.endpoint,
            "body": b"{}",
            "request": SimpleNamespace(head=SimpleNamespace(fields={})),
            "request_id": f"req_{self.number}",
            "candidates": (),
            "candidate": None,
            "target": None,
            "pinned": None,
            "attempts": [],
            "clock": self.clock,
            "fault": None,
            "session": None,
        }
        return SimpleNamespace(**(fields | changes))

    async def send(self, routes: Routes, exchange: Any, status: int | None, fault: str | None = None) -> str:  # noqa: ANN401  (a double)
        """Resolve, choose, make an attempt that ends so, and return where it went."""
        if not exchange.candidates:
            await routes.resolve(exchange)
        await routes.choose(exchange)
        self.note(routes, exchange, status, fault)
        return str(exchange.target.upstream)

    def note(self, routes: Routes, exchange: Any, status: int | None, fault: str | None = None, headers: Any = ()) -> None:  # noqa: ANN401
        """End an attempt."""
        attempt = Attempt(exchange.candidate.upstream, status, 1, fault, step=Step.ELSEWHERE, why=Why.BUSY)
        exchange.attempts.append(attempt)
        routes.note(exchange, attempt, list(headers))


@pytest.fixture
def world() -> World:
    """A world of its own."""
    return World()


async def resolved(routes: Routes, exchange: Any) -> tuple[Candidate, ...]:  # noqa: ANN401  (a double)
    """Return the candidates."""
    await routes.resolve(exchange)
    return tuple(exchange.candidates)


async def test_candidates_are_those_that_serve_environment_and_model(world: World) -> None:
    """In the order of their priority, each with its own name of the model."""
    routes = routes_of(
        late=Share(priority=2),
        staging=Share(environments=("staging",)),
        other=Share(models=("y",)),
        named=Share(names={"claude-x": "theirs"}),
    )
    assert await resolved(routes, world.exchange()) == (Candidate("named", "theirs"), Candidate("late", "claude-x"))
    assert [each.upstream for each in await resolved(routes, world.exchange(environment="staging"))] == ["staging", "named", "late"]


async def test_an_alias_is_what_the_organization_means(world: World) -> None:
    """Also with a single upstream."""
    aliases = SimpleNamespace(model_for=lambda organization, name: {("org_1", "fast"): "claude-x"}.get((organization, name)))
    assert await resolved(routes_of(aliases, a=Share()), world.exchange("fast")) == (Candidate("a", "claude-x"),)
    assert await resolved(routes_of(aliases, a=Share(models=("claude-*",))), world.exchange("fast")) == (Candidate("a", "claude-x"),)


async def test_an_organizations_own_upstream_serves_it_alone(world: World) -> None:
    """Nobody else gets there, not by a header either; an organization that is not isolated may use what is shared as well."""
    routes = routes_of(own=Share(organizations=("org_1",)), theirs=Share(organizations=("org_2",)), shared=Share())
    assert [each.upstream for each in await resolved(routes, world.exchange())] == ["own", "shared"]
    named = SimpleNamespace(head=SimpleNamespace(fields={b"x-yumen-upstream": b"theirs"}))
    with pytest.raises(InvalidRequest, match="no upstream of that name"):
        await routes.resolve(world.exchange(request=named))


async def test_an_isolated_organization_goes_to_its_own_upstreams_alone(world: World) -> None:
    """Also when its own fail, rest or are exhausted, when things are elsewhere, and where there is only one upstream at all."""
    routes = routes_of(shared=Share(), own=Share(organizations=("org_1",)))
    exchange = world.exchange(isolated=True)
    assert [await world.send(routes, exchange, BUSY) for _ in range(4)] == ["own"] * 4
    assert not routes.another(exchange)
    with pytest.raises(NotFound, match="does not serve this request for this key"):
        await routes.resolve(world.exchange(isolated=True, pinned="shared"))
    for without in (routes_of(shared=Share()), routes_of(theirs=Share(organizations=("org_2",)), shared=Share(priority=2))):
        with pytest.raises(NoUpstreamOfItsOwn):
            await without.resolve(world.exchange(isolated=True))
    with pytest.raises(NotFound, match="model: claude-x"):
        await routes_of(shared=Share(), own=Share(("y",), organizations=("org_1",))).resolve(world.exchange(isolated=True))


async def test_a_single_upstream_that_is_somebodys_own_serves_nobody_else(world: World) -> None:
    """The short way for one upstream does not pass it by."""
    with pytest.raises(NotFound):
        await routes_of(theirs=Share(organizations=("org_2",))).resolve(world.exchange())


async def test_a_model_that_nobody_serves_is_not_found(world: World) -> None:
    """In Claude's words."""
    with pytest.raises(NotFound, match=r"^model: gpt-x$"):
        await routes_of(a=Share(models=("claude-*",))).resolve(world.exchange("gpt-x"))


async def test_things_stay_at_their_upstream(world: World) -> None:
    """What the request names decides; where that upstream is gone, or another is named, it says so."""
    routes = routes_of(a=Share(), b=Share())
    assert await resolved(routes, world.exchange(pinned="b")) == (Candidate("b", "claude-x"),)
    with pytest.raises(NotFound, match="does not use any more"):
        await routes.resolve(world.exchange(pinned="gone"))
    named = SimpleNamespace(head=SimpleNamespace(fields={b"x-yumen-upstream": b"a"}))
    assert await resolved(routes, world.exchange(request=named)) == (Candidate("a", "claude-x"),)
    with pytest.raises(InvalidRequest, match="at another upstream"):
        await routes.resolve(world.exchange(pinned="b", request=named))
    unknown = SimpleNamespace(head=SimpleNamespace(fields={b"x-yumen-upstream": b"c"}))
    with pytest.raises(InvalidRequest, match="no upstream of that name"):
        await routes.resolve(world.exchange(request=unknown))


async def test_failures_send_requests_elsewhere_until_a_probe_succeeds(world: World) -> None:
    """One probe after the pause; while it is under way, and after it failed, the others go to the next upstream."""
    routes = routes_of(a=Share(priority=1), b=Share(priority=2))
    assert [await world.send(routes, world.exchange(), BUSY) for _ in range(3)] == ["a", "a", "b"]
    world.clock.move(5_000_000)
    probe = world.exchange()
    await routes.resolve(probe)
    await routes.choose(probe)
    assert probe.target.upstream == "a"
    assert await world.send(routes, world.exchange(), 200) == "b"
    world.note(routes, probe, None, "UpstreamTimeout")
    assert await world.send(routes, world.exchange(), 200) == "b"
    world.clock.move(10_000_000)
    assert await world.send(routes, world.exchange(), 200) == "a"
    assert routes.ways["a"].circuit.state is Circuit.CLOSED


async def test_a_probe_whose_caller_leaves_is_given_back(world: World) -> None:
    """Whether it was sent or not: the next request probes."""
    routes = routes_of(a=Share(priority=1), b=Share(priority=2))
    for _ in range(2):
        await world.send(routes, world.exchange(), None, "UpstreamUnreachable")
    world.clock.move(5_000_000)
    unsent = world.exchange()
    await routes.resolve(unsent)
    await routes.choose(unsent)
    routes.close(unsent)
    assert await world.send(routes, world.exchange(), None, "CallerLeft") == "a"
    assert await world.send(routes, world.exchange(), 200) == "a"


@pytest.mark.parametrize(("status", "state"), [(403, Circuit.CLOSED), (401, Circuit.OPEN), (529, Circuit.OPEN)])
async def test_what_one_request_may_not_opens_no_circuit(world: World, status: int, state: Circuit) -> None:
    """A caller that asks for a model which is not enabled there must not take the upstream from the others; a refused credential does."""
    routes = routes_of(one=Share(), other=Share(priority=2))
    for _ in range(20):
        exchange = world.exchange()
        await routes.resolve(exchange)
        exchange.candidates = exchange.candidates[:1]
        exchange.candidate = exchange.candidates[0]
        world.note(routes, exchange, status)
    assert routes.ways["one"].circuit.state is state


async def test_when_every_circuit_is_open_the_caller_is_told_when_to_come_back(world: World) -> None:
    """With the time of the next probe; where there is one upstream alone, requests go on going there."""
    routes = routes_of(a=Share(), b=Share())
    for _ in range(2):
        exchange = world.exchange()
        assert {await world.send(routes, exchange, BUSY), await world.send(routes, exchange, BUSY)} == {"a", "b"}
    refused = world.exchange()
    await routes.resolve(refused)
    with pytest.raises(UpstreamsResting) as raised:
        await routes.choose(refused)
    assert raised.value.retry_after_s == 5
    alone = routes_of(a=Share())
    assert [await world.send(alone, world.exchange(), BUSY) for _ in range(4)] == ["a"] * 4


async def test_while_every_circuit_is_open_pauses_do_not_grow(world: World) -> None:
    """A growing pause is for an upstream that others stand in for; here it would keep callers from one that is well again."""
    routes = routes_of(a=Share(), b=Share())
    for _ in range(2):
        exchange = world.exchange()
        assert {await world.send(routes, exchange, BUSY), await world.send(routes, exchange, BUSY)} == {"a", "b"}
    for _ in range(3):
        world.clock.move(5_000_000)
        probes = [world.exchange(), world.exchange()]
        for probe in probes:
            await routes.resolve(probe)
            await routes.choose(probe)
        assert {probe.candidate.upstream for probe in probes} == {"a", "b"}
        refused = world.exchange()
        await routes.resolve(refused)
        with pytest.raises(UpstreamsResting):
            await routes.choose(refused)
        for probe in probes:
            world.note(routes, probe, BUSY)
    assert routes.ways["a"].circuit.until_probe_ns(world.clock.elapsed_ns()) == 40_000_000_000


async def test_where_no_upstream_has_its_credential_that_is_said(world: World) -> None:
    """And not that they rest."""
    keeper = SimpleNamespace(current=lambda: None)
    routes = Routes([Upstream(name, Origin("http", name, 80), keeper=keeper) for name in ("a", "b")], OPTIONS)
    exchange = world.exchange()
    await routes.resolve(exchange)
    with pytest.raises(CredentialUnavailable):
        await routes.choose(exchange)


async def test_the_callers_own_errors_open_nothing(world: World) -> None:
    """Neither does a limit: that is the quota's matter."""
    routes = routes_of(a=Share(priority=1), b=Share(priority=2))
    assert {await world.send(routes, world.exchange(), 400) for _ in range(9)} == {"a"}
    assert await world.send(routes, world.exchange(), 429) == "a"
    assert routes.ways["a"].circuit.state is Circuit.CLOSED


async def test_an_exhausted_quota_sends_requests_elsewhere_until_its_reset(world: World) -> None:
    """Only those of its class of models; and where nobody else can take one, it goes there all the same."""
    routes = routes_of(a=Share(priority=1), b=Share(priority=2, models=("claude-opus-4-6",)))
    first = world.exchange("claude-opus-4-6")
    await routes.resolve(first)
    await routes.choose(first)
    world.note(routes, first, 429, headers=[(b"retry-after", b"7")])
    assert routes.another(first)
    second = world.exchange("claude-opus-4-6")
    assert await world.send(routes, second, 200) == "b"
    assert not routes.another(second)
    assert await world.send(routes, world.exchange("claude-haiku-4-5"), 200) == "a"
    world.clock.move(7_000_000)
    assert await world.send(routes, world.exchange("claude-opus-4-6"), 200) == "a"


async def test_the_next_attempt_follows_the_step(world: World) -> None:
    """AGAIN stays, ELSEWHERE goes to one that was not tried, and when all were, to one of them."""
    routes = routes_of(a=Share(priority=1), b=Share(priority=2))
    exchange = world.exchange()
    assert await world.send(routes, exchange, BUSY) == "a"
    exchange.attempts[-1] = Attempt("a", BUSY, 1, step=Step.AGAIN)
    await routes.choose(exchange)
    assert exchange.target.upstream == "a"
    exchange.attempts[-1] = Attempt("a", BUSY, 1, step=Step.ELSEWHERE)
    assert routes.another(exchange)
    assert await world.send(routes, exchange, BUSY) == "b"
    assert not routes.another(exchange)
    assert await world.send(routes, exchange, BUSY) in ("a", "b")


async def test_a_session_stays_where_it_is(world: World) -> None:
    """The same header, the same upstream; many sessions use them all."""
    routes = routes_of(a=Share(), b=Share(), c=Share())

    async def go(session: bytes) -> str:
        request = SimpleNamespace(head=SimpleNamespace(fields={b"x-yumen-session": session}))
        return await world.send(routes, world.exchange(request=request), 200)

    sessions = [b"s%d" % number for number in range(40)]
    first = [await go(session) for session in sessions]
    assert [await go(session) for session in sessions] == first
    assert set(first) == {"a", "b", "c"}


async def test_a_conversation_stays_where_it_is(world: World) -> None:
    """Without any header: by `metadata.user_id`, else by how its prompt begins."""
    routes = routes_of(a=Share(), b=Share(), c=Share())

    async def go(body: str) -> str:
        return await world.send(routes, world.exchange(body=body.encode()), 200)

    for number in range(20):
        begun = f'{{"system":"be kind","messages":[{{"role":"user","content":"question {number}"}}'
        assert await go(begun + "]}") == await go(begun + ',{"role":"assistant","content":"x"},{"role":"user","content":"more"}]}')
        assert await go(f'{{"metadata":{{"user_id":"u{number}"}},"messages":[]}}') == await go(
            f'{{"messages":[{{"role":"user","content":"x"}}],"metadata":{{"user_id":"u{number}"}}}}'
        )
    for odd in ("[]", '{"messages":7}', '{"metadata":[]}', "\udcff".encode("utf-8", "surrogatepass").decode("latin-1"), "{" * 2000):
        await go(odd)


async def test_a_renewed_credential_makes_another_target() -> None:
    """The target stays the same object meanwhile; without a value no request goes out unopened."""
    world, values = World(), [Secret("one")]
    keeper: Any = SimpleNamespace(current=lambda: values[-1])
    routes = Routes([Upstream("a", Origin("http", "a", 80), keeper=keeper)])
    targets = []
    for secret in (None, Secret("two")):
        exchange = world.exchange()
        await routes.resolve(exchange)
        await routes.choose(exchange)
        targets.append(exchange.target)
        await routes.choose(exchange)
        assert exchange.target is targets[-1]
        values.append(secret or values[-1])
        if secret is not None:
            await routes.choose(exchange)
            assert exchange.target.credential is secret
    values.append(None)  # type: ignore[arg-type]
    with pytest.raises(CredentialUnavailable):
        await routes.choose(world.exchange(candidates=(Candidate("a"),)))


async def test_answers_that_break_after_their_head_send_requests_elsewhere(world: World) -> None:
    """The upstream's faults alone count: not the caller's leaving, and not ours."""
    routes = routes_of(a=Share(), b=Share(priority=2))

    async def ended(fault: Fault | None) -> str:
        exchange = world.exchange()
        await routes.resolve(exchange)
        await routes.choose(exchange)
        attempt = Attempt(exchange.candidate.upstream, 200, 1, None, step=Step.DONE, why=Why.ANSWERED)
        exchange.attempts.append(attempt)
        routes.note(exchange, attempt, [])
        exchange.fault = fault
        routes.close(exchange)
        return str(exchange.candidate.upstream)

    faults = [Truncated(), CallerLeft(), Internal(), None, UpstreamLost(), CallerLeft(), UpstreamTimeout()]
    assert [await ended(fault) for fault in faults] == ["a"] * len(faults)
    assert await ended(None) == "b"
    assert routes.ways["a"].results == {"answered": 7, "broken": 3}


async def test_a_long_body_s_session_is_found_beside_the_loop_and_once(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Megabytes of prompt hold up nobody else's stream, however many attempts follow; the session is the same as a short one's."""
    threads: list[str] = []

    def spied(exchange: Any) -> bytes:  # noqa: ANN401  (a double)
        threads.append(threading.current_thread().name)
        return session_of(exchange)

    monkeypatch.setattr("yumen.routes.session.session_of", spied)
    routes = routes_of(a=Share(), b=Share())
    text = '{"metadata": {"user_id": "u"}, "messages": ["%s"]}'
    long, short = world.exchange(body=(text % ("x" * 2_000_000)).encode()), world.exchange(body=(text % "x").encode())
    for _ in range(2):
        await world.send(routes, long, BUSY)
    await world.send(routes, short, 200)
    assert long.session == short.session == b"u"
    assert len(threads) == 2
    assert threads[0] != threading.main_thread().name == threads[1]
