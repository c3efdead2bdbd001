"""Which models have which axes, and what is said of those that have not."""

from __future__ import annotations

import pytest

from yumen.errors import OperatorError
from yumen.lab import Point, check_axes, grid, model_for

WARM = grid([0, 1], [])


@pytest.mark.parametrize("model", ["claude-haiku-4-5", "claude-sonnet-4-6", "claude-opus-4-6", "some-gateway-alias"])
def test_models_with_a_temperature(model: str) -> None:
    """Models before 4.7 take temperatures; of a name that is not known the server decides."""
    check_axes(model, WARM)


def test_newer_models_refuse_and_offer_effort() -> None:
    """A newer model's refusal is said plainly, before a call, with the axis that it has."""
    with pytest.raises(OperatorError, match=r"claude-sonnet-5-5 refuses temperature.*--effort low,medium,high.*--model claude-haiku-4-5"):
        check_axes("claude-sonnet-5-5", WARM)
    check_axes("claude-sonnet-5-5", grid([1], []))
    check_axes("claude-sonnet-5-5", grid([], ["low", "max"]))


@pytest.mark.parametrize(
    ("model", "point", "said"),
    [
        ("claude-haiku-4-5", Point(effort="low"), "no effort"),
        ("claude-opus-4-6", Point(effort="xhigh"), "it has low,medium,high,max"),
        ("claude-haiku-4-5", Point(temperature=1.5), "between 0 and 1"),
        ("claude-haiku-4-5", Point(temperature=float("nan")), "between 0 and 1"),
    ],
)
def test_refusals(model: str, point: Point, said: str) -> None:
    """What a model has not is refused with what it has."""
    with pytest.raises(OperatorError, match=said):
        check_axes(model, [point])


@pytest.mark.parametrize(
    ("points", "expected"),
    [
        (WARM, "claude-haiku-4-5"),
        (grid([], ["low"]), "claude-sonnet-5-5"),
        (grid([0, 1], ["low"]), "claude-sonnet-4-6"),
        (grid([0], ["xhigh"]), "claude-sonnet-5-5"),
    ],
)
def test_a_model_that_fits(points: tuple[Point, ...], expected: str) -> None:
    """Where nobody named a model, one that takes the settings is asked, if there is one."""
    assert model_for("claude-sonnet-5-5", points) == expected


def test_grid() -> None:
    """Two axes make every pair, each once; an axis that is missing is not sent."""
    assert [point.label for point in grid([0, 0.3, 0], ["low", "high"])] == ["0 · low", "0 · high", "0.3 · low", "0.3 · high"]
    assert grid([], []) == (Point(),)
