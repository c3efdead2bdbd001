"""Which headers go on: the caller's to the upstream, the upstream's to the caller."""

from __future__ import annotations

NOT_TO_UPSTREAM = frozenset(
    {
        b"host",
        b"content-length",
        b"expect",
        b"accept-encoding",
        b"authorization",
        b"x-api-key",
        b"anthropic-workspace-id",
        b"anthropic-user-profile-id",
        b"forwarded",
        b"x-forwarded-for",
        b"x-forwarded-host",
        b"x-forwarded-port",
        b"x-forwarded-proto",
        b"x-real-ip",
        b"cookie",
    }
)
"""Headers of the request that stay here beside the hop-by-hop ones: credentials, what frames the body, who stands in front of us."""

NOT_TO_UPSTREAM_PREFIX = b"x-yumen-"

NOT_TO_CALLER = frozenset(
    {
        b"content-length",
        b"request-id",
        b"x-request-id",
        b"set-cookie",
        b"strict-transport-security",
        b"alt-svc",
        b"server",
        b"via",
        b"anthropic-organization-id",
        b"anthropic-workspace-id",
    }
)
"""Headers of the answer that stay here: the upstream's identity and its site's policies."""

NOT_TO_CALLER_PREFIXES = (
    b"access-control-",
    b"cf-",
    b"anthropic-ratelimit-",
    b"anthropic-priority-",
    b"anthropic-fast-",
    b"x-ratelimit-",
    b"x-yumen-",
)
