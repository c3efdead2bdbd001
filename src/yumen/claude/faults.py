"""Claude's shape of an error."""

from __future__ import annotations

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


def error_body(error_type: str, message: str, request_id: str, details: dict[str, str] | None = None) -> bytes:
    """Return the JSON body of an error answer."""
    return _encode(_Envelope("error", _Error(error_type, message, details), request_id))


def error_event(error_type: str, message: str, request_id: str) -> bytes:
    """Return the `error` event that ends a stream which cannot go on."""
    return b"event: error\ndata: " + error_body(error_type, message, request_id) + b"\n\n"
