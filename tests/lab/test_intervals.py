"""The intervals: known values, and that they cover what they promise."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yumen.lab.intervals import mean, pair_mean, share, t_quantile


@pytest.mark.parametrize(
    ("freedom", "expected"), [(1, 12.706), (7, 2.365), (30, 2.042), (40, 2.021), (60, 2.000), (120, 1.980), (10**6, 1.960)]
)
def test_t_quantile(freedom: int, expected: float) -> None:
    """The quantiles are those of the printed tables."""
    assert t_quantile(freedom) == pytest.approx(expected, abs=0.002)


def test_mean() -> None:
    """A mean has Student's interval; one value has none."""
    found = mean([4, 5, 6])
    assert (found.value, found.low, found.high) == pytest.approx((5, 5 - 4.303 / 3**0.5, 5 + 4.303 / 3**0.5))
    assert mean([7]).low is None
    assert mean([0, 9]).low == 0


@pytest.mark.parametrize(
    ("count", "of", "low", "high"),
    [(8, 8, 0.6756, 1.0), (0, 8, 0.0, 0.3244), (5, 10, 0.2366, 0.7634), (81, 263, 0.2553, 0.3662)],
)
def test_share(count: int, of: int, low: float, high: float) -> None:
    """A share has Wilson's interval, whose published values these are (Newcombe 1998 for 81 of 263)."""
    found = share(count, of)
    assert (found.value, found.low, found.high) == pytest.approx((count / of, low, high), abs=1e-4)


@given(st.integers(1, 60).flatmap(lambda of: st.tuples(st.integers(0, of), st.just(of))))
def test_a_share_stays_a_share(counts: tuple[int, int]) -> None:
    """The bounds hold the share and stay between 0 and 1."""
    found = share(*counts)
    assert 0 <= (found.low or 0) <= found.value <= (found.high or 0) <= 1


def test_means_cover() -> None:
    """In 95 of 100 experiments of eight samples the interval holds the true mean, within what chance allows."""
    draw = random.Random(7)  # noqa: S311  (a test's draws are no secret)
    covered = sum(
        (found.low or 0) <= 10 <= (found.high or 0) for found in (mean([draw.gauss(10, 3) for _ in range(8)]) for _ in range(2000))
    )
    assert 0.94 <= covered / 2000 <= 0.96


def test_pairs() -> None:
    """Equal texts are alike without doubt; two texts have a value, one has none."""
    assert pair_mean([[1.0]]) is None
    assert pair_mean([[1.0, 0.4], [0.4, 1.0]]).low is None
    same = pair_mean([[1.0] * 4] * 4)
    assert (same.value, same.low, same.high) == (1, 1, 1)
    values = [0.5, 0.6, 0.55, 0.7, 0.62]
    # Where the value of a pair is the mean of two numbers, the jackknife's interval is Student's of the numbers.
    paired, plain = pair_mean([[(one + other) / 2 for other in values] for one in values]), mean(values)
    assert (paired.value, paired.low, paired.high) == pytest.approx((plain.value, plain.low, plain.high))
    mixed = pair_mean([[1, 0.2, 0.4], [0.2, 1, 0.6], [0.4, 0.6, 1]])
    assert mixed.value == pytest.approx(0.4)
    assert 0 <= mixed.low < 0.4 < mixed.high <= 1
