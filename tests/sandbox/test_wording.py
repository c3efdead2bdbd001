"""Words are drawn from a distribution that temperature, top_p and top_k shape."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yumen.sandbox.draw import Draw
from yumen.sandbox.wording import Sampling, chances, choose, harmonic, render

WEIGHTS = harmonic(4)
weights = st.lists(st.floats(0.01, 10), min_size=1, max_size=6)


@given(weights, st.floats(0.05, 1), st.floats(0.1, 1), st.integers(0, 6))
def test_chances_are_a_distribution(given_weights: list[float], temperature: float, top_p: float, top_k: int) -> None:
    """Whatever the parameters, the chances add up to one and none is negative."""
    found = chances(given_weights, Sampling(temperature, top_p, top_k))
    assert sum(found) == pytest.approx(1)
    assert min(found) >= 0


def test_temperature_sharpens() -> None:
    """The lower the temperature, the likelier the likeliest; at 0 it is certain."""
    best = [chances(WEIGHTS, Sampling(temperature))[0] for temperature in (1.0, 0.7, 0.4, 0.1, 0.0)]
    assert best == sorted(best)
    assert len(set(best)) == 5
    assert best[-1] == 1


def test_temperature_flattens() -> None:
    """Above 1 the alternatives draw near to each other."""
    plain, flat = chances(WEIGHTS, Sampling(1.0)), chances(WEIGHTS, Sampling(3.0))
    assert max(flat) - min(flat) < max(plain) - min(plain)


@pytest.mark.parametrize(
    ("sampling", "left"), [(Sampling(1, 1, 1), 1), (Sampling(1, 1, 2), 2), (Sampling(1, 0.4), 1), (Sampling(1, 0.6), 2), (Sampling(), 4)]
)
def test_the_tail_is_cut(sampling: Sampling, left: int) -> None:
    """top_k and top_p leave the likeliest alternatives."""
    assert sum(chance > 0 for chance in chances(WEIGHTS, sampling)) == left


def test_draws_follow_the_chances() -> None:
    """Over many draws each alternative comes about as often as its chance says."""
    sampling = Sampling(0.8)
    count = 4000
    seen = Counter(choose(WEIGHTS, sampling, Draw("seed").fraction(place)) for place in range(count))
    for index, chance in enumerate(chances(WEIGHTS, sampling)):
        assert seen[index] / count == pytest.approx(chance, abs=0.03)


@given(weights, st.floats(0, 1, exclude_max=True))
def test_every_fraction_falls_on_something(given_weights: list[float], fraction: float) -> None:
    """No fraction falls beside the alternatives, rounding or not."""
    assert 0 <= choose(given_weights, Sampling(0.3, 0.9), fraction) < len(given_weights)


def test_templates() -> None:
    """Alternatives are drawn, names are filled in, unknown names and single braces stay."""
    words = render("{{a|b}} {{name}} {{other}} {x}", {"name": "N"}, Sampling(0), Draw("s"))
    assert words == "a N {{other}} {x}"


def test_named_draws_repeat() -> None:
    """A draw of one name always gives the same; other names and other seeds give others."""
    draw = Draw("seed", 1)
    assert draw.fraction("a") == Draw("seed", 1).fraction("a")
    assert len({draw.fraction("a"), draw.fraction("b"), Draw("seed", 2).fraction("a"), draw.child("a").fraction("a")}) == 4
    assert all(0 <= draw.below(5, place) < 5 for place in range(100))
