"""Header lists as they stand on the wire, and the heads that are made of them."""

from __future__ import annotations

from http import HTTPStatus

Headers = list[tuple[bytes, bytes]]
"""Names as received (compare them in lower case), values without surrounding white space, order kept."""

HOP_BY_HOP = frozenset(
    {
        b"connection",
        b"keep-alive",
        b"proxy-authenticate",
        b"proxy-authorization",
        b"proxy-connection",
        b"te",
        b"trailer",
        b"transfer-encoding",
        b"upgrade",
        b"http2-settings",
    }
)
"""Names that concern one connection alone (RFC 9110 §7.6.1) and are never forwarded."""

_PHRASES = {status.value: status.phrase for status in HTTPStatus} | {499: "Client Closed Request", 529: "Overloaded"}
_STATUS_LINES = {code: f"HTTP/1.1 {code} {phrase}\r\n".encode() for code, phrase in _PHRASES.items()}


def status_line(status: int) -> bytes:
    """Return the status line with its line end."""
    return _STATUS_LINES.get(status) or b"HTTP/1.1 %d \r\n" % status


def field_lines(headers: Headers) -> bytes:
    """Return header lines, each with its line end."""
    return b"".join([b"%b: %b\r\n" % pair for pair in headers])


def connection_tokens(value: bytes) -> set[bytes]:
    """Return the lower-case names that a `Connection` header lists: they too are of this connection alone."""
    return {token.strip() for token in value.lower().split(b",")}
