"""When a model ends, when people must hear of it, and what could take its place: pure rules over the catalogue."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from yumen.claude.model import Lifecycle, Model
from yumen.claude.models import MODELS

if TYPE_CHECKING:
    from collections.abc import Iterable

WARNED_DAYS = (7, 30, 60)
"""So many days before a model's end it is told of, each once."""


def days_left(model: Model, today: date) -> int | None:
    """Return how many days a model goes on answering, 0 or less where its day has come; None: no day is known."""
    return None if model.retires_on is None else (date.fromisoformat(model.retires_on) - today).days


def state_on(model: Model, today: date) -> Lifecycle:
    """Return where a model stands on a day: one whose day has come is retired, though the catalogue was written before."""
    left = days_left(model, today)
    return Lifecycle.RETIRED if left is not None and left <= 0 else model.lifecycle


def warned_at(left: int | None) -> int | None:
    """Return the threshold of days that was passed last; None: none yet, or the model has ended."""
    if left is None or left <= 0:
        return None
    return next((days for days in WARNED_DAYS if left <= days), None)


def successor(model: Model, today: date, known: Iterable[Model] = MODELS) -> Model | None:
    """Return what could take a model's place: the newest of its line that stays and takes as much in and out. None: there is none.

    `known` is in the catalogue's order, newest first.
    """
    return next((other for other in known if could_follow(other, model, today)), None)


def could_follow(other: Model, model: Model, today: date) -> bool:
    """Whether a model could take another one's place."""
    return (
        other.id != model.id
        and model.line is not None
        and other.line == model.line
        and state_on(other, today) is Lifecycle.ACTIVE
        and warned_at(days_left(other, today)) is None
        and other.max_input_tokens >= model.max_input_tokens
        and other.max_tokens >= model.max_tokens
    )
