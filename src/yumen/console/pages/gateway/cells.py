"""What of a page is kept fresh: texts by name, written by the server for the page and, every few seconds, for its script."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from yumen.console.pages.times import us_of_text

if TYPE_CHECKING:
    from yumen.console.pages.visit import Visit

KB = 1024
UNITS = ("B", "kB", "MB", "GB", "TB")


class Cell(msgspec.Struct, frozen=True):
    """A text, and the colour of the badge that it stands in."""

    text: str
    kind: str = ""
    """`good`, `warn`, `bad`, `quiet`; empty: it stands in none."""


def ago(visit: Visit, time: str | None) -> str:
    """Write how long ago something was, or in how long it will be."""
    return visit.locale.ago(us_of_text(time), visit.services.clock.now_us())


def size(visit: Visit, count: int | None) -> str:
    """Write a number of bytes: 1.5 GB."""
    if count is None:
        return "–"
    value, unit = float(count), 0
    while value >= KB and unit < len(UNITS) - 1:
        value, unit = value / KB, unit + 1
    return f"{visit.locale.number(round(value, 1 if value < 100 and unit else 0))} {UNITS[unit]}"  # noqa: PLR2004  (three digits)
