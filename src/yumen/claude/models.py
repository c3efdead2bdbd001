"""The catalogue of Claude's models: find one by any of its names."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

from yumen.claude.model import Effort, Features, Lifecycle, Line, Model, Sampling, Thinking, Tokenizer
from yumen.claude.model_catalogue import PRESENT
from yumen.claude.retired_models import RETIRED

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["MODELS", "Effort", "Features", "Lifecycle", "Line", "Model", "Sampling", "Thinking", "Tokenizer", "find_model"]

MODELS: tuple[Model, ...] = PRESENT + RETIRED
"""Newest first, the retired ones last."""

_BY_NAME: Mapping[str, Model] = MappingProxyType({name: model for model in MODELS for name in (model.id, *model.aliases)})


def find_model(name: str) -> Model | None:
    """Return the model of an id or alias, retired ones included; None where the name is not known.

    A name that is known with a date after it (`claude-opus-4-8-20260601`) finds the model of the name without the date, as a
    snapshot does not change what a model accepts.
    """
    return _BY_NAME.get(name) or _BY_NAME.get(_without_date(name))


def _without_date(name: str) -> str:
    """Return the name without a trailing `-YYYYMMDD`."""
    stem, _, date = name.rpartition("-")
    return stem if len(date) == len("YYYYMMDD") and date.isascii() and date.isdigit() else name
