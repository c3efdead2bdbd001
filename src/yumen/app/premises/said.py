"""Sentences with their values, as they leave for whoever translates them: every value a text, and nothing secret in any."""

from __future__ import annotations

from typing import TYPE_CHECKING

from yumen.console.api.premises import SaidShown
from yumen.secrets.values import NoSecret

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

REASON = "{reason}"


def said_of(sentence: str, values: Mapping[str, object], clean: Callable[[str], str]) -> SaidShown:
    """Return a sentence and its values; where it is nothing but a reason with a sentence of its own, that one."""
    reason = values.get("reason")
    if sentence == REASON and isinstance(reason, NoSecret):
        sentence, values = reason.sentence, reason.values
    texts = {name: clean(str(value)) for name, value in values.items()}
    return SaidShown(text=sentence.format(**texts) if texts else sentence, sentence=sentence, values=texts)
