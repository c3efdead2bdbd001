"""The head of the request to the upstream: the caller's own, less what is not the upstream's business, with our credential."""

from __future__ import annotations

from typing import TYPE_CHECKING

from yumen.claude.headers import NOT_TO_UPSTREAM, NOT_TO_UPSTREAM_PREFIX
from yumen.http import HOP_BY_HOP, connection_tokens

if TYPE_CHECKING:
    from yumen.exchange import Exchange
    from yumen.exchange.values import Target

DROPPED = HOP_BY_HOP | NOT_TO_UPSTREAM


def request_head(exchange: Exchange, target: Target, length: int | None) -> bytes:
    """Return the request line and headers, with the empty line. `length` None: the body goes in chunks."""
    request = exchange.request
    query = "?" + request.query if request.query else ""
    line = f"{request.method} {target.prefix}{exchange.path}{query} HTTP/1.1\r\nHost: {target.authority}\r\n".encode("latin-1")
    named: set[bytes] = set()
    lines = [line]
    for name, value in request.headers:
        lower = name.lower()
        if lower in DROPPED:
            if lower == b"connection":
                named |= connection_tokens(value)
        elif not lower.startswith(NOT_TO_UPSTREAM_PREFIX):
            lines.append(b"%b: %b\r\n" % (name, value))
    if named - DROPPED:
        lines = [each for each in lines[1:] if each.partition(b":")[0].lower() not in named]
        lines.insert(0, line)
    if exchange.api_version is not None:
        lines = [each for each in lines if not each.lower().startswith(b"anthropic-version:")]
        lines.append(b"anthropic-version: %b\r\n" % exchange.api_version)
    if target.credential is not None:
        lines.append(b"x-api-key: %b\r\n" % target.credential.reveal().encode("latin-1"))
    lines.append(b"Accept-Encoding: identity\r\n")
    if length is None:
        lines.append(b"Transfer-Encoding: chunked\r\n")
    elif length or request.method not in ("GET", "HEAD", "DELETE"):
        lines.append(b"Content-Length: %d\r\n" % length)
    lines.append(b"\r\n")
    return b"".join(lines)
