"""Each micro-dollar of one request: every class of tokens times its price, recomputed by the meter beside what the ledger has. Pure."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Protocol

import msgspec

from yumen.exchange.values import Candidate, Why
from yumen.meter.rules import estimated_input, rates_for

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from yumen.exchange.values import Attempt
    from yumen.meter import Prices
    from yumen.meter.tariff import Tariff

COLUMNS = ("µ$", "for what")
PICO_PER_MICRO = 10**6
NANO_PER_MICRO = 1000
CLASSES = {
    "input": "{count} tokens of input × {price} {currency} a million",
    "output": "{count} tokens of output × {price} {currency} a million",
    "cache_read": "{count} tokens read from the cache × {price} {currency} a million",
    "cache_write_5m": "{count} tokens written to the cache for 5 minutes × {price} {currency} a million",
    "cache_write_1h": "{count} tokens written to the cache for 1 hour × {price} {currency} a million",
}
COUNTS = {name: f"{name}_tokens" for name in CLASSES}


class Spent(Protocol):
    """What a bill reads of a ledger's entry."""

    @property
    def input_tokens(self) -> int: ...  # noqa: D102  (as in the entry; so are all below)
    @property
    def output_tokens(self) -> int: ...  # noqa: D102
    @property
    def cache_read_tokens(self) -> int: ...  # noqa: D102
    @property
    def cache_write_5m_tokens(self) -> int: ...  # noqa: D102
    @property
    def cache_write_1h_tokens(self) -> int: ...  # noqa: D102
    @property
    def web_search_requests(self) -> int: ...  # noqa: D102
    @property
    def tries(self) -> Sequence[Attempt]: ...  # noqa: D102
    @property
    def model(self) -> str | None: ...  # noqa: D102
    @property
    def model_answered(self) -> str | None: ...  # noqa: D102
    @property
    def upstream(self) -> str | None: ...  # noqa: D102
    @property
    def time_us(self) -> int: ...  # noqa: D102
    @property
    def speed(self) -> str | None: ...  # noqa: D102
    @property
    def service_tier(self) -> str | None: ...  # noqa: D102
    @property
    def prompt_characters(self) -> int: ...  # noqa: D102
    @property
    def prompt_bytes(self) -> int: ...  # noqa: D102
    @property
    def estimated(self) -> bool: ...  # noqa: D102
    @property
    def cost_nanousd(self) -> int | None: ...  # noqa: D102


class Said(msgspec.Struct, frozen=True):
    """A line about money; `nanousd` None: it is no amount of its own."""

    sentence: str
    values: dict[str, object] = {}
    nanousd: int | None = None


class Bill(msgspec.Struct, frozen=True):
    """What a request used and cost, line by line; `nanousd` is the sum as the meter has it now, None: it cannot tell."""

    lines: tuple[Said, ...]
    nanousd: int | None


def bill(entry: Spent, prices: Prices) -> Bill:
    """Return what a request cost, class by class, at the prices of its time and its upstream."""
    lost = [lost_of(entry, attempt, prices) for attempt in entry.tries if attempt.why is Why.RESENT]
    input_tokens = max(entry.input_tokens - sum(int(str(said.values["count"])) for said in lost), 0)
    counts = {name: getattr(entry, field) for name, field in COUNTS.items()} | {"input": input_tokens}
    if not any(counts.values()) and not entry.web_search_requests:
        return Bill(tuple(lost), together(0, lost))
    asked = (entry.tries[-1].model if entry.tries else None) or entry.model
    model = prices.name_of(entry.upstream, entry.model_answered, asked)
    tariff = prices.tariff(Candidate(entry.upstream or "", model), entry.time_us, entry.speed, entry.service_tier)
    if tariff is None:
        unknown = Said("no price is known of {model} at {upstream}", {"model": model or "–", "upstream": entry.upstream or "–"})
        return Bill(
            (*(Said("{count} tokens: {name}", {"count": n, "name": name}) for name, n in counts.items() if n), unknown, *lost), None
        )
    return itemized(entry, counts, tariff, lost)


def itemized(entry: Spent, counts: dict[str, int], tariff: Tariff, lost: list[Said]) -> Bill:
    """Return the lines by a tariff."""
    rates = rates_for(sum(count for name, count in counts.items() if name != "output"), tariff)
    lines, total = [], 0
    for name, count in counts.items():
        rate = getattr(rates, f"{name}_pico")
        total += count * rate
        if count:
            lines.append(Said(CLASSES[name], priced(count, rate, tariff.currency), tariff.nanousd(count * rate)))
    if entry.web_search_requests:
        rate = rates.web_search_pico
        total += entry.web_search_requests * rate
        values = priced(entry.web_search_requests, rate, tariff.currency)
        sentence = "{count} web searches × {price} {currency} a million"
        lines.append(Said(sentence, values, tariff.nanousd(entry.web_search_requests * rate)))
    nanousd = tariff.nanousd(total)
    if tariff.currency != "USD":
        lines.append(Said("one {currency} counts {rate} dollars", {"currency": tariff.currency, "rate": tariff.usd_per_unit}))
    return Bill((*lines, *lost), together(nanousd, lost))


def lost_of(entry: Spent, attempt: Attempt, prices: Prices) -> Said:
    """Return what an attempt that was lost and sent again counts for."""
    asked = Candidate(attempt.upstream, attempt.model or entry.model)
    tokens = estimated_input(asked.model, entry.prompt_characters, entry.prompt_bytes)
    _, cost = prices.estimate(asked, entry.prompt_characters, entry.prompt_bytes, entry.time_us)
    values: dict[str, object] = {"upstream": attempt.upstream, "count": tokens}
    sentence = "an attempt at {upstream} was lost and sent again: its {count} tokens of input may be charged too"
    return Said(sentence, values, None if cost is None else cost.nanousd)


def together(nanousd: int, lost: list[Said]) -> int | None:
    """Return the sum; None where a part of it is not known."""
    parts = [said.nanousd for said in lost]
    return None if None in parts else nanousd + sum(part for part in parts if part is not None)


def priced(count: int, rate: int, currency: str) -> dict[str, object]:
    """Return a line's values: a rate in trillionths is a price for a million in millionths."""
    return {"count": f"{count:,}", "price": micro(rate, PICO_PER_MICRO), "currency": currency}


def micro(value: int, per: int) -> str:
    """Return an integer's part, exactly, without useless zeros."""
    return f"{(Decimal(value) / per).normalize():,f}"


def closing(entry: Spent, now: Bill) -> Iterator[Said]:
    """Yield what must be said of the sum: estimates, and a sum that is another now than the one that was written."""
    if entry.estimated:
        yield Said("The tokens are the gateway's estimate, or a part of them is: the upstream's last word on them never came.")
    if now.nanousd != entry.cost_nanousd and (now.nanousd is not None or entry.cost_nanousd is not None):
        amounts = ["–" if value is None else micro(value, NANO_PER_MICRO) for value in (now.nanousd, entry.cost_nanousd)]
        said = "Computed anew it is {now} µ$; what was written, {then} µ$, counts: prices or rates have changed, or parts were rounded."
        yield Said(said, {"now": amounts[0], "then": amounts[1]})
