"""What of a request goes to the upstream beside its body: the path, the query, headers. Nothing can be put in its place there. Pure."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from yumen.claude.headers import NOT_TO_UPSTREAM, NOT_TO_UPSTREAM_PREFIX
from yumen.http import HOP_BY_HOP

if TYPE_CHECKING:
    from collections.abc import Iterator

    from yumen.http import Request

MACHINES = frozenset(
    {
        *(b"accept", b"accept-language", b"anthropic-dangerous-direct-browser-access", b"anthropic-version", b"cache-control"),
        *(b"content-type", b"pragma", b"priority", b"traceparent", b"tracestate", b"x-amzn-trace-id", b"x-cloud-trace-context"),
    }
)
"""Headers that programs write for programs, in which long random numbers stand."""
VERSIONED = frozenset({b"anthropic-beta", b"idempotency-key", b"origin", b"user-agent", b"x-app"})
"""Headers in which people say something too, beside versions and hosts, which look like IP addresses."""
VERSION = re.compile(r"[0-9]+(?:\.[0-9]+)+")
MACHINES_PREFIXES = (NOT_TO_UPSTREAM_PREFIX, b"x-stainless-", b"sec-")
STAYS = HOP_BY_HOP | NOT_TO_UPSTREAM | MACHINES
ORDINARY = frozenset({"", "beta=true"})
BETA = b"anthropic-beta"


def said_in_head(request: Request, path: str | None) -> Iterator[str]:
    """Yield the texts, in which percent escapes may stand. `path`: where it is the caller's own words, else None."""
    if path is not None:
        yield path
    if request.query not in ORDINARY:
        yield request.query.replace("+", " ")
    for name, pair in zip(request.head.names, request.head.headers, strict=True):
        if name not in STAYS and not name.startswith(MACHINES_PREFIXES):
            value = pair[1].decode("utf-8", "replace")
            yield pair[0].decode("latin-1") + ": " + (VERSION.sub("", value) if name in VERSIONED else value)


def betas_in_head(request: Request) -> tuple[str, ...]:
    """Return the betas that the header names."""
    return tuple(beta for value in request.head.values(BETA) for each in value.decode("latin-1").split(",") if (beta := each.strip()))
