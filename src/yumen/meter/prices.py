"""Prices at hand: the operator's first, the published ones after, each looked up once for a model, a day and a kind of request."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from yumen.claude.usage import Usage
from yumen.exchange.values import Cost
from yumen.meter.overrides import own_tariff
from yumen.meter.rules import cost_nanousd, estimated_input

if TYPE_CHECKING:
    from collections.abc import Mapping

    from yumen.meter.overrides import Price
    from yumen.meter.tariff import Tariff

DAY_US = 86_400_000_000
MAX_KEPT = 4096
"""Model names come from callers; beyond so many the cache begins anew."""

FREE = Cost(0, "free")
"""What an exchange costs for which Claude charges nothing. (`None` says: charged, and the price is not known.)"""

Kind = tuple[str, int, str | None, str | None]
"""A model, a day since 1970, the service tier and the speed."""


class Prices:
    """Knows what a usage costs. A price that is not known makes the cost None, never 0."""

    def __init__(self, overrides: Mapping[str, Price] | None = None) -> None:
        """Take the operator's own prices by model name; raise `OperatorError` where one is impossible."""
        self._own = {model: own_tariff(model, price) for model, price in (overrides or {}).items()}
        self._kept: dict[Kind, Tariff | None] = {}

    def load(self) -> None:
        """Load the published prices: 0.3 s, so the owner does it in a thread when everything else is ready."""
        import yumen.meter.published  # noqa: PLC0415  (see there)

        assert yumen.meter.published.VERSION  # noqa: S101  (a use, for the import's sake)

    def cost(self, model: str | None, usage: Usage, time_us: int) -> Cost | None:
        """Return what a usage of a model costs at a time; None where the price is not known."""
        if model is None:
            return None
        day = time_us // DAY_US
        tariff = self._tariff((model, day, usage.service_tier, usage.speed))
        return None if tariff is None else Cost(cost_nanousd(usage, tariff), tariff.version)

    def estimate(self, model: str | None, prompt_characters: int, prompt_bytes: int, time_us: int) -> tuple[Usage, Cost | None]:
        """Return what is charged for a request of which nothing but its sending is known: its input, estimated."""
        usage = Usage(input_tokens=estimated_input(model, prompt_characters, prompt_bytes))
        return usage, self.cost(model, usage, time_us)

    def tariff(self, model: str | None, time_us: int, speed: str | None = None, tier: str | None = None) -> Tariff | None:
        """Return the tariff of a model at a time, for a speed and a service tier; None where the price is not known."""
        return None if model is None else self._tariff((model, time_us // DAY_US, tier, speed))

    def _tariff(self, kind: Kind) -> Tariff | None:
        try:
            return self._kept[kind]
        except KeyError:
            if len(self._kept) >= MAX_KEPT:
                self._kept.clear()
            found = self._kept[kind] = self._look_up(*kind)
            return found

    def _look_up(self, model: str, day: int, service_tier: str | None, speed: str | None) -> Tariff | None:
        own = self._own.get(model)
        if own is not None:
            return own
        from yumen.meter.published import published_tariff  # noqa: PLC0415  (see there)

        context = {"processing": service_tier, "speed": speed}
        noon = datetime.fromtimestamp(day * DAY_US // 1_000_000 + 43_200, UTC)
        return published_tariff(model, noon, {name: value for name, value in context.items() if value})
