"""A Text Completions body, read and checked in the wording of 2023."""

from __future__ import annotations

import re

import msgspec

from yumen.claude.request import read_fields
from yumen.errors import InvalidRequest

SWITCHED_OFF = -1
"""The default of `top_k` and `top_p` in 2023."""


class Completion(msgspec.Struct, frozen=True):
    """What a legacy caller asks."""

    prompt: str
    model: str
    max_tokens_to_sample: int
    stop_sequences: tuple[str, ...] | None = None
    stream: bool | None = None
    temperature: float | None = None
    top_p: float | None = None
    top_k: int | None = None
    metadata: dict[str, str | None] | None = None


_REQUIRED = ("prompt", "model", "max_tokens_to_sample")
_PASSED_OVER = frozenset({"tags"})
"""Labels of the caller's own; Messages has no place for them."""
_WRONG_KIND = {
    "prompt": "str type expected",
    "model": "str type expected",
    "max_tokens_to_sample": "value is not a valid integer",
    "stop_sequences": "value is not a valid list",
    "stream": "value could not be parsed to a boolean",
    "temperature": "value is not a valid float",
    "top_p": "value is not a valid float",
    "top_k": "value is not a valid integer",
    "metadata": "value is not a valid dict",
}
_read = msgspec.json.Decoder(Completion).decode
_path = re.compile(r"`\$\.(\w+)")


def parse_completion(body: bytes) -> Completion:
    """Read a body. Raises InvalidRequest that names the field."""
    fields = read_fields(body)
    for name in fields:
        if name not in _WRONG_KIND and name not in _PASSED_OVER:
            raise _refusal(name, "extra fields not permitted")
    for name in _REQUIRED:
        if name not in fields:
            raise _refusal(name, "field required")
    try:
        completion = _read(body)
    except (ValueError, RecursionError) as error:
        name = _name_in(str(error))
        raise _refusal(name, _WRONG_KIND.get(name, "invalid")) from None
    _check_ranges(completion)
    return completion


def _check_ranges(asked: Completion) -> None:
    """Raise InvalidRequest where a value is out of range."""
    if not asked.prompt:
        raise _refusal("prompt", "ensure this value has at least 1 characters")
    if asked.max_tokens_to_sample < 1:
        raise _refusal("max_tokens_to_sample", "ensure this value is greater than or equal to 1")
    _check_share("temperature", asked.temperature)
    _check_share("top_p", None if asked.top_p == SWITCHED_OFF else asked.top_p)
    if asked.top_k is not None and asked.top_k < SWITCHED_OFF:
        raise _refusal("top_k", "ensure this value is greater than or equal to -1")


def _check_share(name: str, value: float | None) -> None:
    """Raise InvalidRequest where a value is not from 0 to 1."""
    if value is None or 0 <= value <= 1:
        return
    bound = "less than or equal to 1" if value > 1 else "greater than or equal to 0"
    raise _refusal(name, f"ensure this value is {bound}")


def _name_in(error: str) -> str:
    """Return the field that a decoder's message speaks of."""
    found = _path.search(error)
    return found[1] if found else "body"


def _refusal(name: str, reason: str) -> InvalidRequest:
    """Return the refusal of a field."""
    return InvalidRequest(f"{name}: {reason}")
