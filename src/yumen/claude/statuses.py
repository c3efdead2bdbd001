"""Claude's own error statuses and their types, and which of them stands for what another cloud says."""

from __future__ import annotations

TYPES = {
    400: "invalid_request_error",
    401: "authentication_error",
    402: "billing_error",
    403: "permission_error",
    404: "not_found_error",
    408: "timeout_error",
    409: "conflict_error",
    413: "request_too_large",
    429: "rate_limit_error",
    504: "timeout_error",
    529: "overloaded_error",
}
SERVER_ERROR = 500
FOREIGN = {424: SERVER_ERROR, 503: 529}
"""What other clouds say and Claude does not: the model failed, and there is no room."""


def claude_status(status: int) -> int:
    """Return the status that Claude has for another cloud's."""
    return FOREIGN.get(status, status)


def error_type(status: int) -> str:
    """Return the type of an error of this status."""
    return TYPES.get(status) or ("api_error" if status >= SERVER_ERROR else "invalid_request_error")
