"""The requests of a Message Batch, one after the other, from a body that may be too large to hold."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import ijson
import msgspec

from yumen.errors import InvalidRequest

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

MAX_REQUESTS = 100_000
PARAMS = "requests.item.params"

_encode = msgspec.json.Encoder().encode


class _Object(dict[str, Any]):
    """An object that notes the keys which stand in it twice: different readers read such a thing differently."""

    __slots__ = ("_twice",)

    def __init__(self, twice: list[str]) -> None:
        super().__init__()
        self._twice = twice

    def __setitem__(self, key: str, value: object) -> None:
        if key in self:
            self._twice.append(key)
        super().__setitem__(key, value)


def batch_requests(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """Yield the `params` of each request as JSON, as a Messages body would be. Raises InvalidRequest where the body is no batch.

    The memory that this takes is that of one request.
    """
    twice: list[str] = []
    try:
        for number, params in enumerate(ijson.items(_Source(pieces), PARAMS, use_float=True, map_type=lambda: _Object(twice)), 1):
            if twice:
                raise InvalidRequest(f"requests: the key {twice[0][:64]} stands more than once in an object of this batch")
            if number > MAX_REQUESTS:
                raise InvalidRequest(f"requests: List should have at most {MAX_REQUESTS} items")
            yield _json(params)
    except (ijson.JSONError, UnicodeDecodeError, RecursionError) as error:
        raise InvalidRequest(f"The request body is not a valid JSON object: {str(error)[:200]}") from None


def _json(params: object) -> bytes:
    try:
        return _encode(params)
    except UnicodeEncodeError:  # half of a surrogate pair: JSON allows it, UTF-8 does not
        return json.dumps(params).encode()


class _Source:
    """Pieces as the file that the parser reads."""

    def __init__(self, pieces: Iterable[bytes]) -> None:
        self._pieces = iter(pieces)

    def read(self, size: int) -> bytes:
        """Return the next piece, whatever its size; nothing at the end. To be asked for nothing is a question for the type."""
        return next(self._pieces, b"") if size else b""
