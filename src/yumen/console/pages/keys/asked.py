"""What the forms of keys say, as the admin API's operations take it."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from typing import TYPE_CHECKING, Any

from yumen.clock import iso
from yumen.errors import OperatorError

if TYPE_CHECKING:
    from yumen.console.pages.forms import Form

DAY_US = 86_400_000_000
KEPT = "kept"
OWN_DATE = "date"
EXPIRY_SENTENCES = {"": "Never", "30": "In 30 days", "90": "In 90 days", "365": "In a year", OWN_DATE: "On a date of my choice"}
"""How long a key lives: days, and two that are none."""
LAST_SECOND = time(23, 59, 59)
"""Of a day: a new key lives a moment longer than was reckoned, which must not reach into the next one."""
LISTED = ("addresses", "models", "paths")


def expiry_of(form: Form, now_us: int) -> str | None:
    """Return when the key shall end; None: never. A day of one's own ends at its midnight, UTC. Raises OperatorError."""
    chosen = form.text("expiry")
    if chosen == OWN_DATE:
        return end_of(form.text("expires_on"))
    if chosen and chosen not in EXPIRY_SENTENCES:
        raise OperatorError("choose when the key shall expire")
    return iso(now_us + int(chosen) * DAY_US) if chosen else None


def end_of(text: str) -> str:
    """Return the end of a day. Raises OperatorError where it is none."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise OperatorError("choose when the key shall expire") from None
    return datetime.combine(day, LAST_SECOND, UTC).isoformat()


def restrictions_of(form: Form) -> dict[str, Any]:
    """Return what the key may not do otherwise; an empty field restricts nothing."""
    listed = {name: form.lines(name) or None for name in LISTED}
    return {**listed, "max_tokens": form.maybe("max_tokens")}
