"""When a model ends, when it is told, and what could take its place."""

from __future__ import annotations

from datetime import date

import pytest

from yumen.claude.life_cycle import days_left, state_on, successor, warned_at
from yumen.claude.model import Lifecycle, Model
from yumen.claude.models import MODELS, find_model

TODAY = date(2027, 1, 1)


def model(name: str, **more: object) -> Model:
    """A model of the line opus."""
    return Model(**{"id": name, "display_name": name, "line": "opus", **more})  # type: ignore[arg-type]  # as the tests say


@pytest.mark.parametrize(
    ("left", "told"), [(None, None), (61, None), (60, 60), (31, 60), (30, 30), (8, 30), (7, 7), (1, 7), (0, None), (-5, None)]
)
def test_when_it_is_told(left: int | None, told: int | None) -> None:
    """60, 30 and 7 days ahead, to the day; after the end there is nothing to warn of."""
    assert warned_at(left) == told


def test_a_model_whose_day_has_come_is_retired() -> None:
    """Though the catalogue was written before that day."""
    ending = model("a", retires_on="2027-01-08", lifecycle=Lifecycle.DEPRECATED)
    assert days_left(ending, TODAY) == 7
    assert state_on(ending, TODAY) is Lifecycle.DEPRECATED
    assert state_on(ending, date(2027, 1, 8)) is Lifecycle.RETIRED
    assert state_on(model("b"), TODAY) is Lifecycle.ACTIVE


@pytest.mark.parametrize(
    ("others", "chosen"),
    [
        ([model("new"), model("newer-than-old")], "new"),
        ([model("other-line", line="haiku"), model("same")], "same"),
        ([model("small", max_input_tokens=200_000), model("large")], "large"),
        ([model("short", max_tokens=4096), model("long")], "long"),
        ([model("deprecated", lifecycle=Lifecycle.DEPRECATED), model("active")], "active"),
        ([model("ending", retires_on="2027-02-01"), model("staying", retires_on="2027-06-01")], "staying"),
        ([model("retired", lifecycle=Lifecycle.RETIRED)], None),
        ([], None),
    ],
)
def test_what_takes_its_place(others: list[Model], chosen: str | None) -> None:
    """The newest of the same line that stays, with as much room for what goes in and out."""
    found = successor(model("old"), TODAY, [*others, model("old")])
    assert (None if found is None else found.id) == chosen


def test_a_model_of_no_line_has_no_successor() -> None:
    """Nobody can say what should take the place of Claude 2."""
    assert successor(model("claude-2", line=None), TODAY, [model("x", line=None)]) is None


def test_every_model_of_a_line_has_a_successor_that_answers() -> None:
    """In the catalogue itself each ending or retired model finds one."""
    for each in MODELS:
        if each.line is not None and state_on(each, date(2026, 11, 27)) is not Lifecycle.ACTIVE:
            found = successor(each, date(2026, 11, 27))
            assert found is not None, each.id
            assert not found.retired
            assert found.line == each.line
    sonnet = find_model("claude-sonnet-4-5")
    assert sonnet is not None
    assert (successor(sonnet, date(2026, 11, 27)) or sonnet).id == "claude-sonnet-5-5"
