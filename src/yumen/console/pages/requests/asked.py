"""What the form of filters says, as the admin API's operations take it: short names, so that links are easily made."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any

from yumen.clock import iso
from yumen.errors import InvalidRequest
from yumen.ledger.series import DAY_US, HOUR_US

if TYPE_CHECKING:
    from collections.abc import Mapping

SPAN_SENTENCES = {"1h": "The last hour", "24h": "The last 24 hours", "7d": "The last 7 days", "30d": "The last 30 days", "all": "All"}
SPANS_US = {"1h": HOUR_US, "24h": DAY_US, "7d": 7 * DAY_US, "30d": 30 * DAY_US}
USUAL_SPAN = "7d"
STATUS_SENTENCES = {
    "": "All",
    "2xx": "Answered (2xx)",
    "failed": "All errors (400 and above)",
    "4xx": "Errors of the caller's, and refusals (4xx)",
    "5xx": "Errors of upstreams and of the gateway (5xx)",
}
OUTCOME_SENTENCES = {
    "": "All",
    "answered": "answered",
    "refused": "refused by the gateway",
    "error": "error of the upstream",
    "failed": "upstream not reached",
    "truncated": "broken off",
    "cancelled": "caller left",
    "drained": "caller left, read to the end",
    "replayed": "repeated from before",
    "interrupted": "gateway stopped",
}
NAMES = {
    "key": "api_key_id",
    "workspace": "workspace_id",
    "member": "user_id",
    "model": "model",
    "label": "label",
    "environment": "environment",
    "outcome": "outcome",
    "fault": "fault",
    "search": "search",
}
"""Names in the address, and what the operations call them."""
OWN = (*NAMES, "status", "flagged", "cost", "seconds", "span")
"""All names of filters in the address."""
MICRO = Decimal(1_000_000)
MS = Decimal(1000)


def asked_of(query: Mapping[str, str], now_us: int) -> dict[str, Any]:
    """Return what is asked of the ledger. Raises InvalidRequest where a number is none."""
    asked: dict[str, Any] = {name: query[short].strip() for short, name in NAMES.items() if query.get(short, "").strip()}
    status = query.get("status", "")
    if status:
        asked["status" if status.isdecimal() else "status_class"] = status
    if query.get("flagged"):
        asked["flagged"] = "true"
    for short, name, factor in (("cost", "cost_at_least_microusd", MICRO), ("seconds", "duration_at_least_ms", MS)):
        if query.get(short, "").strip():
            asked[name] = whole(short, query[short], factor)
    span = query.get("span") or USUAL_SPAN
    asked["starting_at"] = iso(now_us - SPANS_US[span]) if span in SPANS_US else iso(0)
    return asked


def whole(name: str, text: str, factor: Decimal) -> int:
    """Return a number in small units. Raises InvalidRequest."""
    try:
        value = Decimal(text.strip())
    except InvalidOperation:
        raise InvalidRequest(f"{name}: Input should be a number") from None
    if not value.is_finite() or not 0 <= value < MICRO:
        raise InvalidRequest(f"{name}: Input should be a number from 0 to 1000000")
    return int(value * factor)


def kept(query: Mapping[str, str], **more: str | None) -> dict[str, str]:
    """Return the filters that are set, for a link that keeps them, with some more."""
    found = {name: query[name] for name in OWN if query.get(name)}
    return found | {name: value for name, value in more.items() if value}
