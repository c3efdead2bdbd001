"""One call to the sandbox: what its head says, and the ways in which it is answered."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import parse_qs

import msgspec

from yumen.claude import error_body
from yumen.sandbox.reply_headers import JSON, identity_headers, rate_limit_headers, refusal_headers
from yumen.sandbox.trouble import Wishes

if TYPE_CHECKING:
    from yumen.clock import Clock
    from yumen.http import Headers, Reply, Request
    from yumen.sandbox.answer import Refusal

_RATE_LIMITED = 429


@dataclass(slots=True)
class Call:
    """A request with its reply; `wishes` are its x-sandbox headers."""

    clock: Clock
    request: Request
    reply: Reply
    request_id: str
    version: str = ""
    betas: frozenset[str] = frozenset()
    wishes: Wishes = field(default_factory=Wishes)
    query: dict[str, list[str]] = field(default_factory=dict)

    @property
    def origin(self) -> str:
        """The address by which the caller reached us."""
        host = self.request.header(b"host") or b"localhost"
        return "http://" + host.decode("latin-1")

    def parameter(self, name: str) -> str | None:
        """Return the first value of a query parameter."""
        values = self.query.get(name)
        return values[0] if values else None

    def respond(self, body: object, status: int = 200) -> None:
        """Answer with JSON."""
        headers = [*identity_headers(self.request_id, JSON), *rate_limit_headers(self.clock.now_us())]
        self.reply.send(status, headers, msgspec.json.encode(body))

    def refuse(self, refusal: Refusal) -> None:
        """Answer with an error in Claude's shape."""
        headers = [*identity_headers(self.request_id, JSON), *refusal_headers(refusal)]
        if refusal.status == _RATE_LIMITED:
            headers += rate_limit_headers(self.clock.now_us(), spent=True)
        self.reply.send(refusal.status, headers, self._error_bytes(refusal))

    def _error_bytes(self, refusal: Refusal) -> bytes:
        if refusal.bare:
            return msgspec.json.encode({"error": {"type": refusal.error_type, "message": refusal.message}})
        details = {"error_code": refusal.error_code} if refusal.error_code else None
        return error_body(refusal.error_type, refusal.message, self.request_id, details)

    def headers(self, content_type: bytes) -> Headers:
        """Return the headers of a successful answer of that kind."""
        return [*identity_headers(self.request_id, content_type), *rate_limit_headers(self.clock.now_us())]


def read_query(query: str) -> dict[str, list[str]]:
    """Return the parameters of a query string; `ids[]` and `ids` are one."""
    try:
        parsed = parse_qs(query, keep_blank_values=True, max_num_fields=1000)
    except ValueError:
        return {}
    merged: dict[str, list[str]] = {}
    for name, values in parsed.items():
        merged.setdefault(name.removesuffix("[]"), []).extend(values)
    return merged


def read_betas(headers: Headers) -> frozenset[str]:
    """Return the betas of all `anthropic-beta` headers."""
    values = [value.decode("latin-1") for name, value in headers if name.lower() == b"anthropic-beta"]
    return frozenset(beta.strip() for value in values for beta in value.split(",") if beta.strip())
