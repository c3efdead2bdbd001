"""The headers of Claude's answers: request id, organization, and rate limits."""

from __future__ import annotations

from typing import TYPE_CHECKING

from yumen.clock import iso

if TYPE_CHECKING:
    from yumen.http import Headers
    from yumen.sandbox.answer import Refusal

ORGANIZATION = b"00000000-0000-4000-8000-000000000000"
"""The sandbox's organization: not a real one."""
WORKSPACE = b"wrkspc_01SandboxSandboxSandboxSan"
_LIMITS = {"requests": 4_000, "input-tokens": 2_000_000, "output-tokens": 400_000, "tokens": 2_400_000}
SANDBOX = (b"x-sandbox", b"yumen")
"""By this the library knows, through a gateway too, that no model is behind an answer."""
JSON = b"application/json"
EVENTS = b"text/event-stream; charset=utf-8"
JSON_LINES = b"application/x-jsonl"


def identity_headers(request_id: str, content_type: bytes) -> Headers:
    """Return what every answer has. `server` says honestly who answers; behind a gateway, which drops that, SANDBOX does."""
    return [
        (b"content-type", content_type),
        (b"request-id", request_id.encode()),
        (b"anthropic-organization-id", ORGANIZATION),
        (b"anthropic-workspace-id", WORKSPACE),
        (b"server", b"yumen-sandbox"),
        SANDBOX,
    ]


def rate_limit_headers(now_us: int, input_tokens: int = 0, output_tokens: int = 0, *, spent: bool = False) -> Headers:
    """Return the twelve rate-limit headers: what one call takes of full buckets, or empty buckets for a 429."""
    used = {"requests": 1, "input-tokens": input_tokens, "output-tokens": output_tokens, "tokens": input_tokens + output_tokens}
    reset = (iso(now_us)[:19] + "Z").encode()
    headers: Headers = []
    for name, limit in _LIMITS.items():
        left = 0 if spent else max(0, limit - used[name])
        if name != "requests":
            left = round(left, -3)
        prefix = f"anthropic-ratelimit-{name}-".encode()
        headers += [(prefix + b"limit", b"%d" % limit), (prefix + b"remaining", b"%d" % left), (prefix + b"reset", reset)]
    return headers


def refusal_headers(refusal: Refusal) -> Headers:
    """Return what an error adds: how long to wait, whether a retry helps."""
    headers: Headers = []
    if refusal.retry_after_s is not None:
        headers.append((b"retry-after", f"{refusal.retry_after_s:g}".encode()))
    if refusal.should_retry is not None:
        headers.append((b"x-should-retry", b"true" if refusal.should_retry else b"false"))
    return headers
