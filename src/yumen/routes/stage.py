"""resolve and choose: from what was asked to where it goes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from yumen.errors import CredentialUnavailable, UpstreamsResting, UpstreamUnreachable
from yumen.exchange.values import Step
from yumen.routes.candidates import Candidates
from yumen.routes.rules import in_order
from yumen.routes.session import session_found
from yumen.routes.states import Circuit
from yumen.routes.values import CircuitOptions
from yumen.routes.way import Way

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from yumen.exchange import Exchange
    from yumen.exchange.values import Attempt, Candidate
    from yumen.http import Headers
    from yumen.routes.candidates import Aliases
    from yumen.routes.values import Upstream

NS_PER_S = 1_000_000_000
LONGEST_S = 60
"""The official SDKs do not believe a longer `retry-after`."""
BY_THE_BOOK = CircuitOptions()


class Routes:
    """The operator's upstreams: which of them a request may go to, and to which it goes."""

    def __init__(self, upstreams: Sequence[Upstream], circuit: CircuitOptions = BY_THE_BOOK, aliases: Aliases | None = None) -> None:
        """Route to these, the first of the lowest priority before the others."""
        self.ways = {upstream.name: Way(upstream, circuit) for upstream in sorted(upstreams, key=lambda one: one.share.priority)}
        self._candidates = Candidates(self.ways, aliases)
        self._probes: dict[str, Way] = {}
        """By the request that is one."""

    async def resolve(self, exchange: Exchange) -> None:
        """Set the candidates. Raises NotFound where no upstream serves the model or has what the request names."""
        exchange.candidates = await self._candidates.of(exchange)

    async def choose(self, exchange: Exchange) -> None:
        """Set the candidate and the target. Raises UpstreamsResting where every upstream's circuit is open, CredentialUnavailable."""
        candidates = exchange.candidates
        if not candidates:
            raise UpstreamUnreachable("No upstream is configured for this request.")
        if len(candidates) == 1:
            candidate = candidates[0]
        else:
            self._give_back(exchange)
            if exchange.session is None:
                exchange.session = await session_found(exchange)
            candidate = self._next(exchange)
        exchange.candidate = candidate
        exchange.target = self.ways[candidate.upstream].target()

    def another(self, exchange: Exchange) -> bool:
        """Tell whether a candidate that was not tried can take the request now."""
        if len(exchange.candidates) == 1:
            return False
        tried = {attempt.upstream for attempt in exchange.attempts}
        return any(each.upstream not in tried and self._can_take(each, exchange) for each in exchange.candidates)

    def note(self, exchange: Exchange, attempt: Attempt, headers: Headers) -> None:
        """Take what an attempt came to, once it is known how it ended."""
        way = self.ways.get(attempt.upstream)
        if way is None:
            return
        way.note(exchange, attempt, headers)
        if self._probes:
            self._give_back(exchange)

    def close(self, exchange: Exchange) -> None:
        """Take note that an exchange has ended, and whether its answer is whole; a probe that told nothing is given back."""
        last = exchange.attempts[-1] if exchange.attempts else None
        if last is not None and last.step is Step.DONE:
            way = self.ways.get(last.upstream)
            if way is not None:
                way.ended(exchange)
        if self._probes:
            self._give_back(exchange)

    # ── choice ──────────────────────────────────────────────────────────────

    def _next(self, exchange: Exchange) -> Candidate:
        """Return the candidate of the next attempt."""
        last = exchange.attempts[-1] if exchange.attempts else None
        if last is not None and last.step is Step.AGAIN and exchange.candidate is not None:
            return exchange.candidate
        candidate = next(self._usable(exchange), None)
        if candidate is None and exchange.candidate is not None:
            return exchange.candidate
        if candidate is None:
            candidate = next(self._usable(exchange, alone=True), None)
        if candidate is None:
            if not any(self.ways[each.upstream].has_credential for each in exchange.candidates):
                raise CredentialUnavailable
            raise UpstreamsResting(retry_after_s=self._rest_s(exchange))
        way = self.ways[candidate.upstream]
        if way.circuit.state is not Circuit.CLOSED:
            way.circuit.probe()
            self._probes[exchange.request_id] = way
        return candidate

    def _usable(self, exchange: Exchange, *, alone: bool = False) -> Iterator[Candidate]:
        """Yield the candidates that may be asked now, the preferred first: untried ones with quota, those without, then the tried ones.

        `alone`: each of them as if there were no other.
        """
        ranked = self._ranked(exchange)
        tried = {attempt.upstream for attempt in exchange.attempts}
        now_us, now_ns = exchange.clock.now_us(), exchange.clock.elapsed_ns()
        for again in (False, True):
            able = [each for each in ranked if (each.upstream in tried) is again and self._works(each, now_ns, alone=alone)]
            yield from [each for each in able if not self.ways[each.upstream].is_exhausted(each.model, now_us)]
            yield from able

    def _ranked(self, exchange: Exchange) -> list[Candidate]:
        candidates = exchange.candidates
        now_us = exchange.clock.now_us()
        standings = [self.ways[each.upstream].standing(each.model, now_us) for each in candidates]
        return [candidates[place] for place in in_order(standings, exchange.session or b"")]

    def _works(self, candidate: Candidate, now_ns: int, *, alone: bool = False) -> bool:
        way = self.ways[candidate.upstream]
        return way.circuit.lets(now_ns, alone=alone) and way.has_credential

    def _can_take(self, candidate: Candidate, exchange: Exchange) -> bool:
        exhausted = self.ways[candidate.upstream].is_exhausted(candidate.model, exchange.clock.now_us())
        return not exhausted and self._works(candidate, exchange.clock.elapsed_ns())

    def _rest_s(self, exchange: Exchange) -> int:
        """Return when to come back: later and later, although each is probed sooner, so that callers outlast an outage with few tries."""
        now_ns = exchange.clock.elapsed_ns()
        soonest_ns = min(self.ways[each.upstream].circuit.until_probe_ns(now_ns) for each in exchange.candidates)
        return min(max(1, -(-soonest_ns // NS_PER_S)), LONGEST_S)

    def _give_back(self, exchange: Exchange) -> None:
        way = self._probes.pop(exchange.request_id, None)
        if way is not None:
            way.circuit.give_back()
