"""What an upstream says of its rate limits: how much is left of each, and until when. It never asks the time."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from yumen.http import Headers

PREFIX = b"anthropic-ratelimit-"
KINDS = ("requests", "tokens", "input-tokens", "output-tokens")
NAMES = {f"anthropic-ratelimit-{kind}-{part}".encode(): (kind, part) for kind in KINDS for part in ("limit", "remaining", "reset")}
RETRY_AFTER = b"retry-after"
LIMITED = 429
US_PER_S = 1_000_000
LONGEST_US = 24 * 3600 * US_PER_S
"""No reset is believed to be further away: what an upstream says cannot shut it out for good."""
UNSAID_US = US_PER_S
"""For so long a 429 counts that does not say how long."""
MAX_DIGITS = 15


class Left(NamedTuple):
    """How one limit stands. Times are UTC microseconds."""

    limit: int | None
    remaining: int
    reset_us: int
    """When it is whole again."""


class Quota:
    """What one credential has left for one class of models. An answer's headers are read only when somebody wants to know."""

    __slots__ = ("_lefts", "_spent_until_us", "_unread")

    def __init__(self) -> None:
        """Know nothing."""
        self._unread: tuple[Headers, int] | None = None
        self._lefts: dict[str, Left] = {}
        self._spent_until_us = 0

    def note(self, status: int, headers: Headers, now_us: int) -> None:
        """Take an answer's headers."""
        if status == LIMITED:
            self._read()
            self._spent_until_us = now_us + retry_after_us(headers)
        self._unread = (headers, now_us)

    def lefts(self, now_us: int) -> dict[str, Left]:
        """Return what is known by the limits' kinds. One whose reset is past is whole again, and so nothing is known of it."""
        self._read()
        return {kind: left for kind, left in self._lefts.items() if left.reset_us > now_us}

    def exhausted_until_us(self, now_us: int) -> int:
        """Return until when nothing more is taken; 0: something is, as far as is known."""
        until = [left.reset_us for left in self.lefts(now_us).values() if left.remaining <= 0]
        if self._spent_until_us > now_us:
            until.append(self._spent_until_us)
        return max(until, default=0)

    def left(self, now_us: int) -> float | None:
        """Return the part that is left, of the limit of which least is; None where nothing is known."""
        parts = [left.remaining / left.limit for left in self.lefts(now_us).values() if left.limit]
        return min(parts, default=None)

    def _read(self) -> None:
        unread, self._unread = self._unread, None
        if unread is not None:
            # A new dict: the metrics walk over the old one in a thread of their own.
            self._lefts = self._lefts | read_lefts(*unread)


def read_lefts(headers: Headers, now_us: int) -> dict[str, Left]:
    """Return what an answer says of the limits; what cannot be read is passed over."""
    said: dict[str, dict[str, bytes]] = {}
    for name, value in headers:
        known = NAMES.get(name.lower())
        if known is not None:
            said.setdefault(known[0], {})[known[1]] = value
    found = {}
    for kind, parts in said.items():
        remaining, reset_us = number(parts.get("remaining")), moment_us(parts.get("reset"))
        if remaining is not None and reset_us is not None:
            found[kind] = Left(number(parts.get("limit")), remaining, min(reset_us, now_us + LONGEST_US))
    return found


def retry_after_us(headers: Headers) -> int:
    """Return how long a 429 asks to wait."""
    for name, value in headers:
        if name.lower() == RETRY_AFTER:
            seconds = number(value)
            return UNSAID_US if seconds is None else min(seconds * US_PER_S, LONGEST_US)
    return UNSAID_US


def number(text: bytes | None) -> int | None:
    """Return a whole number that is not below 0; None where that is no such number."""
    text = b"" if text is None else text.strip()
    return int(text) if text.isdigit() and len(text) <= MAX_DIGITS else None


def moment_us(text: bytes | None) -> int | None:
    """Return an RFC 3339 time in microseconds; None where that is none."""
    try:
        moment = datetime.fromisoformat((text or b"").decode("ascii").strip())
        return None if moment.tzinfo is None else int(moment.timestamp() * US_PER_S)
    except (ValueError, OverflowError):
        return None
