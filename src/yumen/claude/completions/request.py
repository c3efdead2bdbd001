"""A Text Completions body, read and checked in the wording of 2023."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from yumen.claude.request import read_fields
from yumen.errors import InvalidRequest

if TYPE_CHECKING:
    from collections.abc import Mapping

_NOT_SAID = -1
"""The default of `top_k` and `top_p` in 2023, which switched them off."""


class Completion(msgspec.Struct, frozen=True):
    """What a legacy caller asks; a parameter at a value that changes nothing is None."""

    prompt: str
    model: str
    max_tokens_to_sample: int
    stop_sequences: tuple[str, ...] = ()
    stream: bool = False
    temperature: float | None = None
    top_p: float | None = None
    top_k: int | None = None
    metadata: dict[str, str | None] | None = None


_REQUIRED = {"prompt": (str, "str type expected"), "model": (str, "str type expected"), "max_tokens_to_sample": (int, "value is not a valid integer")}
_OPTIONAL = {
    "stop_sequences": (tuple[str, ...] | None, "value is not a valid list"),
    "stream": (bool | None, "value could not be parsed to a boolean"),
    "temperature": (float | None, "value is not a valid float"),
    "top_p": (float | None, "value is not a valid float"),
    "top_k": (int | None, "value is not a valid integer"),
    "metadata": (dict[str, str | None] | None, "value is not a valid dict"),
}
_PASSED_OVER = frozenset({"tags"})
"""Labels for the caller's own use; Messages has no place for them."""


def parse_completion(body: bytes) -> Completion:
    """Read a body. Raises InvalidRequest that names the field."""
    fields = read_fields(body)
    known = _REQUIRED | _OPTIONAL
    for name in fields:
        if name not in known and name not in _PASSED_OVER:
            raise _refusal(name, "extra fields not permitted")
    for name in _REQUIRED:
        if name not in fields:
            raise _refusal(name, "field required")
    values = {name: _decode(name, fields[name]) for name in fields if name in known}
    return _checked(values)
