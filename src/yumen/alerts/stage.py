"""What looks at requests as they pass: standings of limits, errors, and networks. It only hands in; a task asks the store and tells."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, NamedTuple

import msgspec

from yumen.alerts.levels import Levels, Use
from yumen.alerts.rules import WHOLE, Burst, burst_of, is_upstream_error, network_of, usable_percents
from yumen.alerts.values import HOUR_US, News, Topic
from yumen.exchange.values import Outcome

if TYPE_CHECKING:
    from collections.abc import Callable

    from yumen.alerts.levels import Crossing
    from yumen.clock import Clock
    from yumen.exchange import Exchange
    from yumen.exchange.values import Principal

log = logging.getLogger("yumen.alerts")

MAX_SEEN = 20_000
"""Keys with an address that this process has looked at; whoever is forgotten is asked of the store again."""
UPSTREAM = "default"
QUIET_OUTCOMES = frozenset({Outcome.ANSWERED, Outcome.DRAINED, Outcome.REPLAYED, Outcome.REFUSED, Outcome.CANCELLED, None})


class Met(NamedTuple):
    """A key and a network that this process has not seen together before."""

    key_id: str
    network: str
    news: News


class AlertOptions(msgspec.Struct, frozen=True):
    """What the operator says of alerts."""

    percents: tuple[int, ...] = (50, 80, 95, 100)
    errors_per_minute: int = 20


class Watch:
    """`on_standing` goes with the admission, the call with the closing phase. Neither waits for anything, nor raises."""

    def __init__(self, options: AlertOptions, clock: Clock, hand_in: Callable[[Crossing | Met | News], bool]) -> None:
        """Hand in what may be news; `hand_in` says whether there was room for it."""
        self._clock = clock
        self._hand_in = hand_in
        percents = usable_percents(options.percents)
        self._lowest = percents[0] if percents else WHOLE + 1
        self._watches_limits = bool(percents)
        self._levels = Levels(percents, clock.now_us)
        self._many = options.errors_per_minute
        self._bursts: dict[str, Burst] = {}
        self._quiet_until_us: dict[str, int] = {}
        self._seen: dict[tuple[str, str], None] = {}

    def on_standing(  # noqa: PLR0913, PLR0917  (called for each limit of each request: a noun would cost more than the work)
        self,
        organization_id: str,
        scope_kind: str,
        scope_id: str,
        limit_kind: str,
        limit: int,
        remaining: int,
        reset_us: int,
        *,
        refused: bool = False,
    ) -> None:
        """Look at how a limit stands after a request. `refused`: it had no room for one that it could have held, so that it is used up.

        Where a kind has a counter for each class of models, the class stands behind a colon: `input_tokens_per_minute:opus`.
        """
        if refused:
            remaining = 0
        if (limit - remaining) * WHOLE < self._lowest * limit:
            self._levels.below(organization_id, scope_kind, scope_id, limit_kind, limit)
        elif limit > 0 and self._watches_limits:
            crossing = self._levels.above(Use(organization_id, scope_kind, scope_id, limit_kind, limit, remaining, reset_us))
            if crossing is not None:
                self._hand_in(crossing)

    def __call__(self, exchange: Exchange) -> None:
        """Look at an exchange that has ended."""
        principal = exchange.principal
        if principal is not None and (principal.key_id, exchange.request.peer) not in self._seen:
            self._meet(principal, exchange.request.peer)
        if exchange.outcome not in QUIET_OUTCOMES and is_upstream_error(exchange.outcome, exchange.status, exchange.fault):
            self._count_error(exchange.target.upstream if exchange.target is not None else UPSTREAM)

    def _meet(self, principal: Principal, address: str) -> None:
        network = network_of(address)
        if network is None:
            return
        facts: dict[str, str | int] = {"key": principal.key_id, "name": principal.key_name, "network": network, "address": address}
        name = f"network:{principal.key_id}:{network}"
        news = News(name, Topic.NETWORK, self._clock.now_us(), facts, principal.organization_id)
        if not self._hand_in(Met(principal.key_id, network, news)):
            return
        self._seen[principal.key_id, address] = None
        if len(self._seen) > MAX_SEEN:
            del self._seen[next(iter(self._seen))]

    def _count_error(self, upstream: str) -> None:
        now_us = self._clock.now_us()
        if now_us < self._quiet_until_us.get(upstream, 0):
            return
        burst = self._bursts.setdefault(upstream, Burst(self._many))
        if burst.add(now_us):
            self._quiet_until_us[upstream] = now_us + HOUR_US
            self._hand_in(burst_of(upstream, self._many, now_us))
