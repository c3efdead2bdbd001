"""What of a page is kept fresh: texts by name, written by the server for the page and, every few seconds, for its script."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:
    from yumen.console.pages.visit import Visit

US_PER_S = 1_000_000
KB = 1024
UNITS = ("B", "kB", "MB", "GB", "TB")


class Cell(msgspec.Struct, frozen=True):
    """A text, and the colour of the badge that it stands in."""

    text: str
    kind: str = ""
    """`good`, `warn`, `bad`, `quiet`; empty: it stands in none."""


def us_of(time: str) -> int:
    """Return a time of the admin API in microseconds."""
    return round(datetime.fromisoformat(time).timestamp() * US_PER_S)


def us_or_none(time: str | None) -> int | None:
    """The same for a time that may be missing."""
    return None if time is None else us_of(time)


def ago(visit: Visit, time: str | None) -> str:
    """Write how long ago something was, or in how long it will be."""
    return visit.locale.ago(us_or_none(time), visit.services.clock.now_us())


def size(visit: Visit, count: int | None) -> str:
    """Write a number of bytes: 1.5 GB."""
    if count is None:
        return "–"
    value, unit = float(count), 0
    while value >= KB and unit < len(UNITS) - 1:
        value, unit = value / KB, unit + 1
    return f"{visit.locale.number(round(value, 1 if value < 100 and unit else 0))} {UNITS[unit]}"  # noqa: PLR2004  (three digits)
