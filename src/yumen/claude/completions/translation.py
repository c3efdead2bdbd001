"""A Text Completions request as the Messages request that asks the same."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from yumen.claude.completions.dialect import HUMAN, Dialect, LegacyForm
from yumen.claude.completions.notes import notes_on
from yumen.claude.completions.prompt import Prompt, Turn, split_prompt
from yumen.claude.completions.request import SWITCHED_OFF, Completion, parse_completion
from yumen.claude.models import find_model
from yumen.claude.tokens import estimate_text
from yumen.errors import InvalidRequest

if TYPE_CHECKING:
    from yumen.claude.completions.mapping import ModelMapping

UPSTREAM_PATH = "/v1/messages"
UPSTREAM_VERSION = "2023-06-01"
"""The version that still takes a temperature; later ones refuse it on every model."""

_MOST_TOKENS_PER_CHARACTER = 3
"""No character weighs more in the estimate, so a short prompt needs none."""


class Translation(msgspec.Struct, frozen=True):
    """What goes to the upstream, the form that the answer must have, and what the log should say."""

    asked: Completion
    body: bytes
    model: str
    """The model that the upstream is asked for; `asked.model` is what the caller wrote."""
    form: LegacyForm
    notes: tuple[str, ...] = ()

    @property
    def stream(self) -> bool:
        """Whether the answer is a stream."""
        return bool(self.asked.stream)


class _Messages(msgspec.Struct, omit_defaults=True, kw_only=True):
    """The Messages body, as far as a completion has something to say."""

    model: str
    max_tokens: int
    system: str | None = None
    messages: tuple[Turn, ...]
    stop_sequences: tuple[str, ...]
    stream: bool = False
    temperature: float | None = None
    top_p: float | None = None
    top_k: int | None = None
    metadata: dict[str, str | None] | None = None


_encode = msgspec.json.Encoder().encode


def translate_completion(body: bytes, dialect: Dialect, mapping: ModelMapping) -> Translation:
    """Translate a legacy body. Raises InvalidRequest, in the wording of 2023."""
    asked = parse_completion(body)
    prompt = split_prompt(asked.prompt)
    _check_length(asked)
    model = mapping.resolve(asked.model)
    max_tokens = _max_tokens(asked, model)
    return Translation(
        asked,
        _encode(_messages(asked, prompt, model, max_tokens)),
        model,
        LegacyForm(dialect, asked.model, prompt.prefilled),
        notes_on(asked, max_tokens),
    )


def _messages(asked: Completion, prompt: Prompt, model: str, max_tokens: int) -> _Messages:
    """Return the Messages body. Parameters at the value that changes nothing are left out: newer models refuse some together."""
    return _Messages(
        model=model,
        max_tokens=max_tokens,
        system=prompt.system,
        messages=prompt.turns,
        stop_sequences=_stop_sequences(asked),
        stream=bool(asked.stream),
        temperature=None if asked.temperature == 1 else asked.temperature,
        top_p=None if asked.top_p in {1, SWITCHED_OFF} else asked.top_p,
        top_k=None if asked.top_k in {0, SWITCHED_OFF} else asked.top_k,
        metadata=asked.metadata,
    )


def _stop_sequences(asked: Completion) -> tuple[str, ...]:
    """Return the caller's stop sequences and the one that was built in."""
    return tuple(dict.fromkeys((*(asked.stop_sequences or ()), HUMAN)))


def _check_length(asked: Completion) -> None:
    """Hold the context window of a retired model that was asked for, by its own vocabulary's estimate."""
    model = find_model(asked.model)
    if model is None or not model.retired or len(asked.prompt) * _MOST_TOKENS_PER_CHARACTER <= model.max_input_tokens:
        return
    tokens = estimate_text(asked.prompt, asked.model)
    if tokens > model.max_input_tokens:
        msg = f"prompt is too long: {tokens} tokens > {model.max_input_tokens} maximum"
        raise InvalidRequest(msg)


def _max_tokens(asked: Completion, model: str) -> int:
    """Return how much to write at most: no more than a model can that the caller did not choose."""
    chosen = find_model(model)
    if chosen is None or asked.model == model:
        return asked.max_tokens_to_sample
    return min(asked.max_tokens_to_sample, chosen.max_tokens)
