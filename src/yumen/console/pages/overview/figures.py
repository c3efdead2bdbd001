"""The figures above the charts: what a span came to, and how it compares with the span before."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from yumen.console.pages.overview.charts import nano
from yumen.organizations.permissions import Action

if TYPE_CHECKING:
    from yumen.console.api.usage_series import Sums, Took
    from yumen.console.pages.visit import Visit

US_PER_MS = 1000
FIGURE_SENTENCES = {
    "requests": "Requests",
    "tokens": "Tokens",
    "money": "Cost",
    "errors": "Errors",
    "latency": "Latency",
    "first_token": "Time to first token",
    "cache": "Cache-hit rate",
}
GOOD_BELOW = frozenset({"errors", "latency", "first_token"})
"""Figures that are the better the lower they are."""
GOOD_ABOVE = frozenset({"cache"})
WORTH_TELLING, WORTH_A_COLOUR = 0.005, 0.1


class Figure(msgspec.Struct, frozen=True):
    """One figure, written in the visitor's language."""

    id: str
    label: str
    text: str
    more: str
    """What else there is to say of it; may be empty."""
    change: str
    """Against the span before; empty where there is nothing to compare with."""
    kind: str
    """good, bad or quiet: whether the change is welcome."""


def figures_of(visit: Visit, total: Sums, before: Sums) -> list[Figure]:
    """Return all figures of a span that the visitor may see."""
    values = values_of(total)
    earlier = values_of(before)
    texts = texts_of(visit, total)
    names = [name for name in FIGURE_SENTENCES if name != "money" or visit.may(Action.COST_READ)]
    return [
        Figure(name, visit.say(FIGURE_SENTENCES[name]), *texts[name], *compared(visit, name, values[name], earlier[name])) for name in names
    ]


def compared(visit: Visit, name: str, now: float | None, before: float | None) -> tuple[str, str]:
    """Write how a figure changed, and say whether that is welcome."""
    return change_of(visit, now, before), kind_of(name, now, before)


def values_of(sums: Sums) -> dict[str, float | None]:
    """Return what is compared of each figure. Errors are compared by their share, so that more traffic alone is no worse news."""
    return {
        "requests": sums.requests,
        "tokens": tokens(sums),
        "money": nano(sums.cost_usd),
        "errors": sums.errors / sums.requests if sums.requests else None,
        "latency": sums.latency_ms.p50,
        "first_token": sums.time_to_first_token_ms.p50,
        "cache": sums.cache_hit_rate,
    }


def texts_of(visit: Visit, total: Sums) -> dict[str, tuple[str, str]]:
    """Return each figure's text, and what else is said of it."""
    locale = visit.locale
    unpriced = visit.say("{n} without a price", n=locale.number(total.unpriced_requests)) if total.unpriced_requests else ""
    share = locale.percent(total.errors / total.requests) if total.requests else "–"
    refused = visit.say("{n} refused", n=locale.number(total.refused)) if total.refused else ""
    return {
        "requests": (locale.number(total.requests), refused),
        "tokens": (locale.short(tokens(total)), visit.say("{n} of it output", n=locale.short(total.output_tokens))),
        "money": (locale.money(nano(total.cost_usd)), unpriced),
        "errors": (locale.number(total.errors), visit.say("{share} of requests", share=share)),
        "latency": took(visit, total.latency_ms),
        "first_token": took(visit, total.time_to_first_token_ms),
        "cache": (locale.percent(total.cache_hit_rate), visit.say("{n} tokens", n=locale.short(total.cache_read_input_tokens))),
    }


def took(visit: Visit, time: Took) -> tuple[str, str]:
    """Write a median, and what 95 of 100 did not exceed."""
    return span(visit, time.p50), visit.say("p95 {time}", time=span(visit, time.p95)) if time.p95 is not None else ""


def span(visit: Visit, ms: float | None) -> str:
    """Write a length of time."""
    return visit.locale.span(None if ms is None else round(ms * US_PER_MS))


def tokens(sums: Sums) -> int:
    """Return all tokens together."""
    cached = sums.cache_creation_input_tokens + sums.cache_read_input_tokens
    return sums.uncached_input_tokens + cached + sums.output_tokens


def change_of(visit: Visit, now: float | None, before: float | None) -> str:
    """Write how much more or less there was than before; empty where there was nothing."""
    if not before or now is None:
        return ""
    share = now / before - 1
    if abs(share) < WORTH_TELLING:
        return visit.say("as before")
    text = visit.locale.percent(round(abs(share), 2))
    return visit.say("{share} more", share=text) if share > 0 else visit.say("{share} less", share=text)


def kind_of(name: str, now: float | None, before: float | None) -> str:
    """Say whether a change is welcome; small ones are neither."""
    if not before or now is None or abs(now / before - 1) < WORTH_A_COLOUR or name not in GOOD_BELOW | GOOD_ABOVE:
        return "quiet"
    return "bad" if (now > before) is (name in GOOD_BELOW) else "good"
