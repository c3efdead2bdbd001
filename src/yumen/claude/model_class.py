"""Classes of models whose token limits are counted together, as Claude's own are: one generation of a line shares them."""

from __future__ import annotations

import re

from yumen.claude.models import MODELS, find_model

UNKNOWN = "other"
"""The class of every model that the catalogue lacks: a name that callers invent opens no bucket of its own."""

_GENERATION = re.compile(r"claude-(?:[a-z]+-)*(\d)")


def model_class(model: str | None) -> str:
    """Return the class that a model's tokens count in, such as `opus-4`."""
    known = find_model(model) if model is not None else None
    return UNKNOWN if known is None else _CLASSES[known.id]


def _class_of(identifier: str, line: str | None) -> str:
    found = _GENERATION.match(identifier)
    return "-".join([line or "claude", *([found[1]] if found is not None else [])])


_CLASSES = {model.id: _class_of(model.id, model.line) for model in MODELS}
