"""Cross-origin requests of browsers, for the origins that the operator allows (https://fetch.spec.whatwg.org/#http-cors-protocol)."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection

    from yumen.http import Headers, Request

ANY = "*"
EXPOSED = (
    b"request-id, retry-after, retry-after-ms, x-should-retry, x-yumen-environment, x-yumen-replay-of, "
    b"x-yumen-session, x-yumen-session-turn, idempotent-replayed"
)
DAY_S = b"86400"


class Cors:
    """Answers preflights, and marks answers for the origins that may read them."""

    __slots__ = ("_any", "_origins")

    def __init__(self, origins: Collection[str]) -> None:
        """Allow these origins, `*` for all."""
        self._any = ANY in origins
        self._origins = frozenset(origin.rstrip("/").encode() for origin in origins)

    def __bool__(self) -> bool:
        return bool(self._origins)

    def marks(self, request: Request) -> Headers:
        """Return the headers that let the request's origin read the answer; none where it may not."""
        origin = request.header(b"origin")
        if origin is None or not (self._any or origin in self._origins):
            return []
        return [(b"access-control-allow-origin", origin), (b"access-control-expose-headers", EXPOSED), (b"vary", b"Origin")]

    def preflight(self, request: Request) -> Headers:
        """Return the headers that answer a preflight."""
        marks = self.marks(request)
        if not marks:
            return []
        asked = request.header(b"access-control-request-headers")
        headers = [*marks, (b"access-control-allow-methods", b"GET, POST, DELETE, HEAD, OPTIONS"), (b"access-control-max-age", DAY_S)]
        return [*headers, (b"access-control-allow-headers", asked)] if asked else headers
