"""Confidence intervals of 95 %, pure, without a random draw: the same samples always give the same bounds.

Means have Student's t interval. Shares (agreement, validity) have Wilson's, which stays between 0 and 1 and is honest at 0 and 1. The
mean similarity of pairs has a jackknife interval: pairs share texts, so they are no independent values, while leaving out one text at a
time measures what a text contributes.
"""

from __future__ import annotations

import math
from statistics import fmean, stdev
from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:
    from collections.abc import Sequence

Z = 1.959964
"""The normal distribution's quantile for 95 %, both sides."""
# Student's t for 95 %, both sides, by degrees of freedom from 1 to 30.
_T = (
    *(12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228),
    *(2.201, 2.179, 2.160, 2.145, 2.131, 2.120, 2.110, 2.101, 2.093, 2.086),
    *(2.080, 2.074, 2.069, 2.064, 2.060, 2.056, 2.052, 2.048, 2.045, 2.042),
)
_FEWEST_PAIRED = 3


class Interval(msgspec.Struct, frozen=True):
    """A value with the bounds between which the true one lies in 95 of 100 such experiments; None: too few samples to say."""

    value: float
    low: float | None = None
    high: float | None = None


def t_quantile(freedom: int) -> float:
    """Return Student's t for 95 %, both sides, within 0.002."""
    return _T[freedom - 1] if freedom <= len(_T) else Z + 2.43 / freedom


def mean(values: Sequence[float]) -> Interval:
    """Return the mean of lengths, counts or times with Student's t interval, which ends at 0; a single value has no bounds."""
    middle = fmean(values)
    if len(values) == 1:
        return Interval(middle)
    reach = t_quantile(len(values) - 1) * stdev(values) / math.sqrt(len(values))
    return Interval(middle, max(0.0, middle - reach), middle + reach)


def share(count: int, of: int) -> Interval:
    """Return a share with Wilson's interval."""
    part, z2 = count / of, Z * Z
    middle = (part + z2 / (2 * of)) / (1 + z2 / of)
    reach = Z * math.sqrt(part * (1 - part) / of + z2 / (4 * of * of)) / (1 + z2 / of)
    return Interval(part, max(0.0, min(part, middle - reach)), min(1.0, max(part, middle + reach)))


def pair_mean(matrix: Sequence[Sequence[float]]) -> Interval | None:
    """Return the mean over all pairs of a symmetric matrix with its jackknife interval; None for fewer than two texts."""
    count = len(matrix)
    if count <= 1:
        return None
    rows = [sum(row) - row[place] for place, row in enumerate(matrix)]
    total = sum(rows) / 2
    pairs = count * (count - 1) / 2
    if count < _FEWEST_PAIRED:
        return Interval(total / pairs)
    fewer = (count - 1) * (count - 2) / 2
    without = [(total - row) / fewer for row in rows]
    middle = fmean(without)
    error = math.sqrt((count - 1) / count * sum((value - middle) ** 2 for value in without))
    value, reach = total / pairs, t_quantile(count - 1) * error
    return Interval(value, max(0.0, value - reach), min(1.0, value + reach))
