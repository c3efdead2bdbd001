"""Aliases do not hold inside a Message Batch, whose body goes on as it came: one that stands there is refused before anything is sent."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from yumen.claude.batch_requests import batch_requests
from yumen.errors import InvalidRequest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable


class _Params(msgspec.Struct):
    model: object = None


_params = msgspec.json.Decoder(_Params).decode


def refuse_aliases(pieces: Iterable[bytes], meant: Callable[[str], str | None]) -> None:
    """Raise InvalidRequest for the first alias in a batch. Takes long: to be called in a thread. `meant` tells what an alias means."""
    for number, params in enumerate(batch_requests(pieces)):
        name = model_of(params)
        model = None if name is None else meant(name)
        if model is not None:
            shown = f"{name} is an alias, and aliases do not hold inside batches: name the model, {model}"
            raise InvalidRequest(f"requests.{number}.params.model: {shown}")


def model_of(params: bytes) -> str | None:
    """Return the name of the model that a batch's request asks for; None where that is for the upstream to complain about."""
    try:
        name = _params(params).model
    except msgspec.DecodeError:
        return None
    return name if isinstance(name, str) else None
