"""Claude's shape of an error."""

from __future__ import annotations

from typing import NamedTuple

import msgspec

_encode = msgspec.json.Encoder().encode


class _Error(msgspec.Struct, omit_defaults=True):
    type: str
    message: str
    details: dict[str, str] | None = None


class _Envelope(msgspec.Struct):
    type: str
    error: _Error
    request_id: str


class ErrorSaid(NamedTuple):
    """What an error answer says of itself; empty texts where it says nothing that can be read."""

    type: str = ""
    message: str = ""
    code: str = ""
    """`error.details.error_code`."""


class _Details(msgspec.Struct):
    error_code: str | None = None


class _Said(msgspec.Struct):
    type: str | None = None
    message: str | None = None
    details: _Details | None = None


class _Body(msgspec.Struct):
    error: _Said


_decode = msgspec.json.Decoder(_Body).decode


def read_error(body: bytes) -> ErrorSaid:
    """Return what an error's body says; nothing where it has not Claude's shape."""
    try:
        said = _decode(body).error
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return ErrorSaid()
    code = None if said.details is None else said.details.error_code
    return ErrorSaid(said.type or "", said.message or "", code or "")


def error_body(error_type: str, message: str, request_id: str, details: dict[str, str] | None = None) -> bytes:
    """Return the JSON body of an error answer."""
    return _encode(_Envelope("error", _Error(error_type, message, details), request_id))


def error_event(error_type: str, message: str, request_id: str) -> bytes:
    """Return the `error` event that ends a stream which cannot go on."""
    return b"event: error\ndata: " + error_body(error_type, message, request_id) + b"\n\n"
