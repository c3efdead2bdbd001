"""AWS event-stream frames as Bedrock sends them, for tests."""

from __future__ import annotations

import base64
import json
import struct
from zlib import crc32

KINDS = {2: "!b", 3: "!h", 4: "!i", 5: "!q", 8: "!q"}
"""Types of header with a fixed length, by their number in the format."""


def frame(headers: dict[str, tuple[int, object]], payload: bytes) -> bytes:
    """One frame; a header's value stands behind the number of its type."""
    head = b"".join(bytes([len(name.encode())]) + name.encode() + _value(*value) for name, value in headers.items())
    prelude = struct.pack("!II", len(head) + len(payload) + 16, len(head))
    message = prelude + struct.pack("!I", crc32(prelude)) + head + payload
    return message + struct.pack("!I", crc32(message))


def _value(kind: int, value: object) -> bytes:
    if kind in (0, 1):
        return bytes([kind])
    if kind in KINDS:
        return bytes([kind]) + struct.pack(KINDS[kind], value)
    data = value.encode() if isinstance(value, str) else value
    assert isinstance(data, bytes)
    return bytes([kind]) + (b"" if kind == 9 else struct.pack("!H", len(data))) + data


def text_headers(**fields: str) -> dict[str, tuple[int, object]]:
    """Headers of text, named as the format does."""
    return {":" + name.replace("_", "-"): (7, value) for name, value in fields.items()}


def chunk(data: bytes) -> bytes:
    """A frame that holds the data of one event; `p` is the padding that Bedrock adds against guessing by length."""
    payload = json.dumps({"bytes": base64.b64encode(data).decode(), "p": "abcdefghijkl"}, separators=(",", ":")).encode()
    return frame(text_headers(event_type="chunk", content_type="application/json", message_type="event"), payload)


def exception(name: str, message: str) -> bytes:
    """A frame that says why the stream cannot go on."""
    headers = text_headers(exception_type=name, content_type="application/json", message_type="exception")
    return frame(headers, json.dumps({"message": message}).encode())


def error(code: str, message: str) -> bytes:
    """The same, of what the service did not foresee."""
    return frame(text_headers(error_code=code, error_message=message, message_type="error"), b"")
