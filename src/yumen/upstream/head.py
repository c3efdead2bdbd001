"""The head of the request to the upstream: the caller's own, less what is not the upstream's business, with our credential."""

from __future__ import annotations

from typing import TYPE_CHECKING

from yumen.claude.headers import NOT_TO_UPSTREAM, NOT_TO_UPSTREAM_PREFIX
from yumen.http import HOP_BY_HOP, connection_tokens, field_lines

if TYPE_CHECKING:
    from yumen.exchange import Exchange
    from yumen.exchange.values import Secret, Target
    from yumen.http import Head, Headers

DROPPED = HOP_BY_HOP | NOT_TO_UPSTREAM
BODILESS = frozenset({"GET", "HEAD", "DELETE", "OPTIONS"})


def request_head(exchange: Exchange, target: Target, length: int | None) -> bytes:
    """Return the request line and headers, with the empty line. `length` None: the body goes in chunks."""
    request = exchange.request
    query = "?" + request.query if request.query else ""
    line = f"{request.method} {target.prefix}{exchange.path}{query} HTTP/1.1\r\n".encode("latin-1")
    key = (target, exchange.api_version)
    fields = request.head.derived.get(key)
    if fields is None:
        fields = request.head.derived[key] = upstream_fields(request.head, target, exchange.api_version)
    if length is None:
        return line + fields + b"Transfer-Encoding: chunked\r\n\r\n"
    if not length and request.method in BODILESS:
        return line + fields + b"\r\n"
    return b"%b%bContent-Length: %d\r\n\r\n" % (line, fields, length)


def upstream_fields(head: Head, target: Target, api_version: bytes | None) -> bytes:
    """Return the header lines for an upstream: of the caller's, those that go on, in their order; then our own."""
    passing = passing_headers(head, frozenset() if api_version is None else frozenset({b"anthropic-version"}))
    ours = [(b"Accept-Encoding", b"identity")]
    if api_version is not None:
        ours.append((b"anthropic-version", api_version))
    if target.credential is not None:
        ours.append(credential_field(target.credential_header, target.credential))
    return field_lines([(b"Host", target.authority.encode("latin-1")), *passing, *ours])


def credential_field(name: str, credential: Secret) -> tuple[bytes, bytes]:
    """Return the header that carries a credential: a bearer token where that is `authorization`."""
    value = credential.reveal().encode("latin-1")
    return name.encode(), b"Bearer " + value if name == "authorization" else value


def passing_headers(head: Head, but: frozenset[bytes], prefixes: tuple[bytes, ...] = ()) -> Headers:
    """Return the caller's headers that go on, in their order: without what is not the upstream's business, and without `but`."""
    dropped = DROPPED.union(but, *map(connection_tokens, head.values(b"connection")))
    prefixes = (NOT_TO_UPSTREAM_PREFIX, *prefixes)
    return [pair for name, pair in zip(head.names, head.headers, strict=True) if name not in dropped and not name.startswith(prefixes)]
