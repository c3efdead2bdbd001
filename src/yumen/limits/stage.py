"""admit: holds of every limit what a request may use, or refuses it without a trace; what may wait for room, waits its turn."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager, suppress
from typing import TYPE_CHECKING, TypeVar

import msgspec

from yumen.errors import Forbidden, InvalidRequest, LimitsUnavailable
from yumen.exchange import Exchange
from yumen.exchange.values import Hold, Principal
from yumen.limits.headers import headers_of
from yumen.limits.refusals import WHOSE, Asker, refusal_of, refusing_of
from yumen.limits.rules import Call, claims_of, quiet_claims, without_amount
from yumen.limits.terms import Terms
from yumen.limits.values import Ask, Form, Granted, Missing, Refused, Reserve

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable, Sequence

    from yumen.errors import Fault
    from yumen.exchange.values import Quote
    from yumen.limits.counting import Counting
    from yumen.limits.rules import Claim
    from yumen.limits.values import Demand, Line, Standing, Verdict
    from yumen.limits.waiting import Place

Result = TypeVar("Result")

LOADS = 3
"""How often counters that vanish at once are loaded for one request."""
US_PER_S = 1_000_000
US_PER_MS = 1000
NS_PER_US = 1000
SOON_US = 1000
PLACE_US = 20_000
"""How often the head of a line for a place among concurrent requests asks again: nobody knows when one is free."""
UNMETERED = (
    "This key has a limit of tokens or money, and what this path uses cannot be metered, so that it is closed to it. "
    "The operator of this gateway can open it by name (limits.open_paths)."
)
NO_AMOUNT = "This request cannot be held to {whose} spend limit: {why}."
BOUND_ADVICE = " The limit reserves the most that a request can cost (reserve = bound)."
NOT_TOLD = "what it costs cannot be told before it is sent"


class Passing(msgspec.Struct, frozen=True):
    """A request that wants to pass."""

    exchange: Exchange
    principal: Principal
    terms: Terms
    since_us: int
    """When it came, by the store's clock."""


class Admission:
    """Sets `exchange.hold` and `exchange.shown`, or raises the fault of the limit that has no room."""

    def __init__(self, counting: Counting, pause: Callable[[float], Awaitable[object]] = asyncio.sleep) -> None:
        """Count there; `pause` waits so many seconds."""
        self._counting = counting
        self._pause = pause
        self._loading: dict[str, asyncio.Lock] = {}

    async def __call__(self, exchange: Exchange) -> None:
        """Admit one request."""
        principal = exchange.principal
        if principal is None:
            return
        counting = self._counting
        try:
            terms = await counting.terms.of(principal)
            if terms.lines:
                check_measurable(exchange, terms, counting.options.open_paths)
                await self._admit(Passing(exchange, principal, terms, counting.now_us(exchange.clock)))
        except LimitsUnavailable as fault:
            if not counting.options.fail_open:
                raise
            counting.tally.passed_uncounted(fault)
            if exchange.hold is not None:
                counting.holds.uncounted.add(exchange.request_id)

    async def _admit(self, passing: Passing) -> None:
        """Hold what is asked for, and show how all limits stand: those too that do not count this request."""
        claims, standings = await self._pass(passing)
        quiet = quiet_claims(passing.terms, Call(passing.exchange.endpoint, passing.since_us, passing.exchange.quote))
        if quiet:
            with suppress(LimitsUnavailable):
                more = await self._read(passing, [claim.demand for claim in quiet])
                claims, standings = claims + quiet, (*standings, *more)
        passing.exchange.shown = [*passing.exchange.shown, *headers_of(claims, standings)]

    async def _read(self, passing: Passing, demands: list[Demand]) -> list[Standing | None]:
        """Return how counters stand; what the store does not know is loaded first, once for all who look at that time."""
        store, organization_id = self._counting.store, passing.terms.organization_id
        found = await store.read(organization_id, demands)
        if None not in found:
            return found
        async with self._alone(organization_id):
            found = await store.read(organization_id, demands)
            missing = [demand for demand, standing in zip(demands, found, strict=True) if standing is None]
            if not missing:
                return found
            await self._load(organization_id, missing, passing.since_us)
        return await store.read(organization_id, demands)

    async def _pass(self, passing: Passing) -> tuple[tuple[Claim, ...], tuple[Standing | None, ...]]:
        """Ask until it is granted; raise the refusal where waiting does not help."""
        counting, exchange = self._counting, passing.exchange
        place: Place | None = None
        try:
            place = await self._behind_others(passing)
            while True:
                claims = self._claims(passing)
                if not claims:
                    return (), ()
                verdict = await self._ask(passing, claims)
                if isinstance(verdict, Granted):
                    break
                exchange.hold = None
                place = await self._wait(passing, claims, verdict, place)
        finally:
            if place is not None:
                place.leave()
        counting.tally.waited += place is not None
        counting.holds.add(exchange)
        counting.tally.granted(passing.terms.organization_id, claims, verdict)
        return claims, verdict.standings

    def _claims(self, passing: Passing) -> tuple[Claim, ...]:
        """Return what the request asks for at this moment; raise where money is limited and nobody can say how much it asks for."""
        counting, exchange, terms = self._counting, passing.exchange, passing.terms
        likely = counting.answers.likely_tokens(passing.principal.key_id) if terms.money else 0
        call = Call(exchange.endpoint, counting.now_us(exchange.clock), exchange.quote, exchange.view.model, likely)
        line = without_amount(terms, call)
        if line is not None:
            exchange.limit_note = note_of(line)
            raise unmeasured(line, exchange.quote)
        return claims_of(terms, call)

    # ── asking the store ────────────────────────────────────────────────────

    async def _ask(self, passing: Passing, claims: tuple[Claim, ...]) -> Granted | Refused:
        """Ask for all of it. The hold is known before the answer, so that one which is cut off in between is given back at the close."""
        counting, exchange = self._counting, passing.exchange
        demands = tuple([claim.demand for claim in claims])
        ask = Ask(passing.terms.organization_id, exchange.request_id, counting.options.lease_us, demands)
        asked_us = counting.now_us(exchange.clock)
        exchange.hold = Hold(ask.organization_id, ask.hold_id, asked_us, ask.demands)
        verdict: Verdict = await counting.store.open(ask)
        if isinstance(verdict, Missing):
            verdict = await self._load_and_ask(ask, asked_us)
        exchange.hold = Hold(ask.organization_id, ask.hold_id, verdict.now_us, ask.demands)
        counting.ahead_us = verdict.now_us - exchange.clock.now_us()
        return verdict

    async def _load_and_ask(self, ask: Ask, now_us: int) -> Granted | Refused:
        """Load what the store does not know from the ledger, once for all who ask at that time."""
        counting = self._counting
        async with self._alone(ask.organization_id):
            for _ in range(LOADS):
                verdict = await counting.store.open(ask)
                if not isinstance(verdict, Missing):
                    return verdict
                await self._load(ask.organization_id, [ask.demands[index] for index in verdict.demands], now_us)
            verdict = await counting.store.open(ask)
        if isinstance(verdict, Missing):
            raise LimitsUnavailable
        return verdict

    async def _load(self, organization_id: str, missing: Sequence[Demand], now_us: int) -> None:
        """Load these periods, and the rates of everybody in the organization: nobody's window begins anew because another one asked."""
        counting = self._counting
        organization = await counting.terms.organization(organization_id)
        periods = [demand for demand in missing if demand.form is Form.PERIOD]
        loaded = await counting.history.used(organization_id, periods)
        loaded += await counting.history.recent(organization_id, organization, now_us)
        await counting.store.load(organization_id, loaded)
        for held in await counting.history.held(organization_id, periods):
            await counting.store.open(held)

    @asynccontextmanager
    async def _alone(self, organization_id: str) -> AsyncIterator[None]:
        lock = self._loading.setdefault(organization_id, asyncio.Lock())
        try:
            async with lock:
                yield
        finally:
            if not lock.locked():
                self._loading.pop(organization_id, None)

    # ── waiting ─────────────────────────────────────────────────────────────

    async def _behind_others(self, passing: Passing) -> Place | None:
        """Where somebody waits already for what this request asks for, stand behind them; None: nobody does."""
        lines = self._counting.lines
        if not lines:
            return None
        claims = self._claims(passing)
        name = lines.busy(line_name(passing, claim) for claim in claims if claim.line.limit.wait_ms)
        if name is None:
            return None
        index = next(index for index, claim in enumerate(claims) if line_name(passing, claim) == name)
        passing.exchange.limit_note = note_of(claims[index].line)
        place = lines.join(name, passing.principal.key_id)
        patience_us = claims[index].line.limit.wait_ms * US_PER_MS
        if place is None or not await timed(passing.exchange, place.reached(patience_us / US_PER_S)):
            raise await self._stale(passing, claims, index)
        return place

    async def _stale(self, passing: Passing, claims: tuple[Claim, ...], index: int) -> Fault:
        """Return the refusal of one who waited in vain and never came to ask."""
        counting = self._counting
        now_us = counting.now_us(passing.exchange.clock)
        demands = [claim.demand for claim in claims]
        standings = await counting.store.read(passing.terms.organization_id, demands)
        known = [(claim, standing) for claim, standing in zip(claims, standings, strict=True) if standing is not None]
        at = next((at for at, (claim, _) in enumerate(known) if claim is claims[index]), None)
        if at is None:
            return LimitsUnavailable()
        retry_us = max(counting.lines.retry_at_us(line_name(passing, claims[index])) - now_us, SOON_US)
        verdict = Refused(now_us, tuple(standing for _, standing in known), (at,), retry_us)
        return self._refuse(passing, tuple(claim for claim, _ in known), verdict)

    async def _wait(self, passing: Passing, claims: tuple[Claim, ...], verdict: Refused, place: Place | None) -> Place:
        """Wait until there is room, at the head of a line; raise the refusal where every limit in the way does not allow that."""
        counting = self._counting
        passing.exchange.limit_note = note_of(claims[verdict.refusing[0]].line)
        waits = [claims[index].line.limit.wait_ms * US_PER_MS for index in verdict.refusing]
        left_us = passing.since_us + min(waits) - verdict.now_us
        retry_us = ask_again_us(claims, verdict)
        if retry_us is None or retry_us > left_us:
            raise self._refuse(passing, claims, verdict)
        if place is None:
            place = counting.lines.join(line_name(passing, claims[verdict.refusing[0]]), passing.principal.key_id)
            if place is None:
                raise self._refuse(passing, claims, verdict)
            if not place.at_head:
                if not await timed(passing.exchange, place.reached(left_us / US_PER_S)):
                    raise self._refuse(passing, claims, verdict)
                return place  # what was said of the time has passed by now
        try:
            place.say_retry_at(verdict.now_us + retry_us)
            await timed(passing.exchange, self._pause(retry_us / US_PER_S))
        except BaseException:
            place.leave()
            raise
        return place

    def _refuse(self, passing: Passing, claims: tuple[Claim, ...], verdict: Refused) -> Fault:
        """Return the fault, and show how the limits stand."""
        exchange = passing.exchange
        quote = exchange.quote
        asker = Asker(passing.terms.organization_id, exchange.view.model if quote is None else quote.model)
        refusal = refusal_of(claims, verdict, asker)
        exchange.limit_note = note_of(refusing_of(claims, verdict)[0].line)
        exchange.shown = [*exchange.shown, *headers_of(claims, verdict.standings), *refusal.headers]
        self._counting.tally.denied(passing.terms.organization_id, claims, verdict)
        return refusal.fault


def ask_again_us(claims: tuple[Claim, ...], verdict: Refused) -> int | None:
    """Return when it is worth asking again: when there is room, or soon where a place is all that waiting cannot promise."""
    if verdict.retry_us is not None:
        return verdict.retry_us
    demands = [claims[index].demand for index in verdict.refusing]
    return PLACE_US if all(demand.form is Form.LEASES or max(demand.amount, 1) <= demand.limit for demand in demands) else None


async def timed(exchange: Exchange, waiting: Awaitable[Result]) -> Result:
    """Wait, and count how long that took among the exchange's waits for room."""
    since_ns = exchange.clock.elapsed_ns()
    try:
        return await waiting
    finally:
        exchange.limit_wait_us += (exchange.clock.elapsed_ns() - since_ns) // NS_PER_US


def note_of(line: Line) -> str:
    """Return a limit in a few words, for the ledger: its kind, and whose it is."""
    return f"{line.limit.kind} of the {line.scope.kind}"


def line_name(passing: Passing, claim: Claim) -> str:
    """Return the name of the line where requests wait for a counter."""
    return f"{passing.terms.organization_id}:{claim.demand.counter}"


def check_measurable(exchange: Exchange, terms: Terms, open_paths: tuple[str, ...]) -> None:
    """Raise Forbidden where tokens or money are limited and nobody can say what the path uses."""
    if terms.metered and exchange.endpoint.name == "other" and not is_open(exchange.path, open_paths):
        raise Forbidden(UNMETERED)


def is_open(path: str, open_paths: tuple[str, ...]) -> bool:
    """Whether a path, or its beginning, is on the operator's list."""
    return any(path.startswith(each[:-1]) if each.endswith("*") else path == each for each in open_paths)


def unmeasured(line: Line, quote: Quote | None) -> Fault:
    """Return the refusal of a request of which a spend limit cannot say what to reserve."""
    why = (quote.unbounded if quote is not None else None) or NOT_TOLD
    sentence = NO_AMOUNT.format(whose=WHOSE[line.scope.kind], why=why)
    if quote is None or quote.expected_nanousd is None:
        return Forbidden(sentence)
    return InvalidRequest(sentence + (BOUND_ADVICE if line.limit.reserve is Reserve.BOUND else ""))
