"""What the samples of each point say together, pure: every measure with its interval."""

from __future__ import annotations

from statistics import fmean
from typing import TYPE_CHECKING

import msgspec

from yumen.lab.intervals import Interval, mean, pair_mean, share
from yumen.lab.measures import agreement, answer_in, distinct, pairwise, words
from yumen.lab.schema import valid
from yumen.lab.values import Point

if TYPE_CHECKING:
    from yumen.lab.values import Plan, Sample, Sampled


class Summary(msgspec.Struct, frozen=True, kw_only=True):
    """The measures of one point. Costs are in nano-dollars, times in milliseconds; None: not measured."""

    point: Point
    samples: int
    characters: Interval
    words: Interval
    vocabulary: Interval
    """Different words in one answer."""
    pooled_vocabulary: int
    """Different words in all answers together."""
    distinct: int
    """Answers of which no other is the same."""
    similarity: Interval | None
    agreement: Interval
    common_answer: str | None
    valid: Interval | None
    truncated: int
    """Answers that `max_tokens` cut off."""
    input_tokens: int
    """Of one question."""
    output_tokens: Interval
    cost_nanousd: int | None
    """Of all samples together."""
    elapsed_ms: Interval


def summarize(sampled: Sampled) -> tuple[Summary, ...]:
    """Return a summary of every point that has a sample."""
    drawn = ((point, sampled.at(point)) for point in sampled.plan.points)
    return tuple(summary_of(sampled.plan, point, samples) for point, samples in drawn if samples)


def summary_of(plan: Plan, point: Point, samples: tuple[Sample, ...]) -> Summary:
    """Return what one point's samples say; at least one."""
    texts = [sample.text for sample in samples]
    tokens = [words(text) for text in texts]
    common, agreeing = agreement([answer_in(text, plan.answer) for text in texts])
    costs = [sample.cost_nanousd for sample in samples]
    known = [cost for cost in costs if cost is not None]
    return Summary(
        point=point,
        samples=len(samples),
        characters=mean([len(text) for text in texts]),
        words=mean([len(found) for found in tokens]),
        vocabulary=mean([len(set(found)) for found in tokens]),
        pooled_vocabulary=len(set().union(*tokens)),
        distinct=distinct(texts),
        similarity=pair_mean(pairwise(texts)),
        agreement=share(agreeing, len(texts)),
        common_answer=common,
        valid=None if plan.schema is None else share(sum(valid(text, plan.schema) for text in texts), len(texts)),
        truncated=sum(sample.stop_reason == "max_tokens" for sample in samples),
        input_tokens=round(fmean(sample.input_tokens for sample in samples)),
        output_tokens=mean([sample.output_tokens for sample in samples]),
        cost_nanousd=sum(known) if len(known) == len(costs) else None,
        elapsed_ms=mean([sample.elapsed_ms for sample in samples]),
    )
