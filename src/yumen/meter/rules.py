"""The meter's rules, pure: what an exchange is charged for, and how much that is."""

from __future__ import annotations

import re
from operator import attrgetter
from typing import TYPE_CHECKING

import msgspec

from yumen.claude import estimate_lengths
from yumen.claude.models import find_model
from yumen.claude.usage import COUNTS
from yumen.exchange.values import Outcome

if TYPE_CHECKING:
    from yumen.claude.usage import Usage
    from yumen.meter.tariff import Rates, Tariff

MAX_COUNT = 10**9
"""No count of tokens that an upstream states is believed beyond this; a thousand times what any model takes."""
BEDROCK = re.compile(r"(?:[a-z-]+\.)?anthropic\.(claude-.+?)(?:-v\d+(?::\d+)?)?")
counts_of = attrgetter(*COUNTS)

FREE_OUTCOMES = frozenset({Outcome.REFUSED, Outcome.ERROR, Outcome.REPLAYED})
CHARGED_OUTCOMES = frozenset({Outcome.ANSWERED, Outcome.DRAINED, Outcome.TRUNCATED, Outcome.INTERRUPTED})
"""What these say holds without a look at what was sent."""


def charged(outcome: Outcome, *, sent: bool, upstream_refused: bool) -> bool:
    """Return whether Claude charges for an exchange that ended so.

    An error status is an answer and free. What was sent and lost may have been worked on, so it counts.
    """
    if upstream_refused or outcome in FREE_OUTCOMES:
        return False
    return sent or outcome in CHARGED_OUTCOMES


def plain_model(model: str) -> str:
    """Return Claude's own name of a model for one of Bedrock's (`eu.anthropic.claude-…-v1:0`) or Vertex's (`claude-…@20251001`)."""
    found = BEDROCK.fullmatch(model)
    return found[1] if found else model.replace("@", "-", 1)


def estimated_input(model: str | None, characters: int, bytes_: int) -> int:
    """Return what a prompt of that length is charged as where Claude did not say: never more than the model can take."""
    known = find_model(model) if model is not None else None
    tokens = estimate_lengths(characters, bytes_, model)
    return tokens if known is None else min(tokens, known.max_input_tokens)


def most_output(model: str | None, max_tokens: int | None) -> int:
    """Return the most that can be answered: what is asked, or what the model can."""
    known = find_model(model) if model is not None else None
    if known is None:
        return max(max_tokens or 0, 0)
    return known.max_tokens if max_tokens is None else min(max(max_tokens, 0), known.max_tokens)


def cost_nanousd(usage: Usage, tariff: Tariff) -> int:
    """Return what a usage costs, in whole nano-dollars: exact, or rounded up, once, where the sum is not whole."""
    rates = rates_for(usage.prompt_tokens, tariff) if tariff.tiers else tariff.rates
    pico = (
        usage.input_tokens * rates.input_pico
        + usage.output_tokens * rates.output_pico
        + usage.cache_read_tokens * rates.cache_read_pico
        + usage.cache_write_5m_tokens * rates.cache_write_5m_pico
        + usage.cache_write_1h_tokens * rates.cache_write_1h_pico
        + usage.web_search_requests * rates.web_search_pico
    )
    times, by = tariff.nano_ratio
    return -(-pico * times // by)


def rates_for(prompt_tokens: int, tariff: Tariff) -> Rates:
    """Return the rates for a prompt of that length, cache included."""
    rates = tariff.rates
    for tier in tariff.tiers:
        if prompt_tokens > tier.above_tokens:
            rates = tier.rates
    return rates


def plausible(usage: Usage) -> Usage:
    """Return the usage with every count between 0 and `MAX_COUNT`: a broken upstream must not break the books."""
    counts = counts_of(usage)
    if min(counts) >= 0 and max(counts) <= MAX_COUNT:
        return usage
    return msgspec.structs.replace(usage, **{name: min(max(count, 0), MAX_COUNT) for name, count in zip(COUNTS, counts, strict=True)})
