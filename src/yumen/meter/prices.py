"""Prices at hand: an upstream's own, or the operator's before the published ones, each looked up once for a day and a kind of request."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import msgspec

from yumen.claude.usage import Usage
from yumen.exchange.values import Cost
from yumen.meter.overrides import own_tariff, upstream_tariffs
from yumen.meter.rules import cost_nanousd, estimated_input, plain_model

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from yumen.exchange.values import Candidate
    from yumen.meter.overrides import Price, UpstreamPrices
    from yumen.meter.tariff import Tariff

DAY_US = 86_400_000_000
MAX_KEPT = 4096
"""Model names come from callers; beyond so many the cache begins anew."""

FREE = Cost(0, "free")
"""What an exchange costs for which Claude charges nothing. (`None` says: charged, and the price is not known.)"""

SANDBOX = "sandbox: "
"""What the version of a price begins with where the sandbox answered: nobody pays it."""

Kind = tuple[str | None, str, int, str | None, str | None]
"""An upstream, a model, a day since 1970, the service tier and the speed."""


class Prices:
    """Knows what a usage costs at an upstream. A price that is not known makes the cost None, never 0.

    An upstream that has prices of its own has no others: not Claude's, not the operator's for all. None is Claude's address.
    """

    def __init__(
        self,
        overrides: Mapping[str, Price] | None = None,
        upstreams: Mapping[str, UpstreamPrices] | None = None,
        sandboxes: Collection[str] = (),
    ) -> None:
        """Take the operator's prices by model, upstreams' by name, the sandbox's names; raise `OperatorError` for bad ones."""
        self._own = {model: own_tariff(model, price) for model, price in (overrides or {}).items()}
        self._upstreams = {name: upstream_tariffs(name, own) for name, own in (upstreams or {}).items() if own.prices}
        self._sandboxes = frozenset(sandboxes)
        self._kept: dict[Kind, Tariff | None] = {}

    def load(self) -> None:
        """Load the published prices: 0.3 s, so the owner does it in a thread when everything else is ready."""
        import yumen.meter.published  # noqa: PLC0415  (see there)

        assert yumen.meter.published.VERSION  # noqa: S101  (a use, for the import's sake)

    def cost(self, model: str | None, usage: Usage, time_us: int, upstream: str | None = None) -> Cost | None:
        """Return what a usage of a model costs at a time and an upstream; None where the price is not known."""
        if model is None:
            return None
        day = time_us // DAY_US
        tariff = self._tariff((upstream, model, day, usage.service_tier, usage.speed))
        return None if tariff is None else Cost(cost_nanousd(usage, tariff), tariff.version)

    def estimate(self, asked: Candidate, prompt_characters: int, prompt_bytes: int, time_us: int) -> tuple[Usage, Cost | None]:
        """Return what is charged for a request of which nothing but its sending is known: its input, estimated."""
        usage = Usage(input_tokens=estimated_input(asked.model, prompt_characters, prompt_bytes))
        return usage, self.cost(asked.model, usage, time_us, asked.upstream)

    def tariff(self, asked: Candidate, time_us: int, speed: str | None = None, tier: str | None = None) -> Tariff | None:
        """Return the tariff of a model at an upstream and a time, for a speed and a service tier; None where the price is not known."""
        return None if asked.model is None else self._tariff((asked.upstream, asked.model, time_us // DAY_US, tier, speed))

    def name_of(self, upstream: str | None, answered: str | None, asked: str | None) -> str | None:
        """Return the name by which an upstream's answer is priced: the model that answered.

        Where the upstream has prices of its own without that name, it is the one by which the operator asks it there: servers answer by
        the name of a snapshot, or as somebody else's model.
        """
        own = None if upstream is None else self._upstreams.get(upstream)
        if own is None:
            return answered or asked
        return next((name for name in (answered, asked) if name and listed(own, name) is not None), answered or asked)

    def _tariff(self, kind: Kind) -> Tariff | None:
        try:
            return self._kept[kind]
        except KeyError:
            if len(self._kept) >= MAX_KEPT:
                self._kept.clear()
            found = self._kept[kind] = self._look_up(*kind)
            return found

    def _look_up(self, upstream: str | None, model: str, day: int, service_tier: str | None, speed: str | None) -> Tariff | None:
        own_of_upstream = None if upstream is None else self._upstreams.get(upstream)
        if own_of_upstream is not None:
            return listed(own_of_upstream, model)
        found = self._own_or_published(model, day, service_tier, speed)
        if found is not None and upstream in self._sandboxes:
            return msgspec.structs.replace(found, version=SANDBOX + found.version)
        return found

    def _own_or_published(self, model: str, day: int, service_tier: str | None, speed: str | None) -> Tariff | None:
        own = listed(self._own, model)
        if own is not None:
            return own
        from yumen.meter.published import published_tariff  # noqa: PLC0415  (see there)

        context = {"processing": service_tier, "speed": speed}
        noon = datetime.fromtimestamp(day * DAY_US // 1_000_000 + 43_200, UTC)
        return published_tariff(plain_model(model), noon, {name: value for name, value in context.items() if value})


def listed(table: Mapping[str, Tariff], model: str) -> Tariff | None:
    """Return a model's tariff in a table: under the name that was said, or under Claude's own name for the same."""
    return table.get(model) or table.get(plain_model(model))
