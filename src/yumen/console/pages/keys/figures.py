"""What keys were used for: requests and tokens of the last days, what this month cost, and when they were used last."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import msgspec

from yumen.clock import iso
from yumen.console.pages.times import us_of_text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from yumen.console.pages.visit import Visit

DAYS = 30
DAY_US = 86_400_000_000
NANO = 1_000_000_000


class Day(msgspec.Struct, frozen=True):
    """A key's day, in UTC."""

    start_us: int
    requests: int = 0
    errors: int = 0
    """Of these, with the refused ones."""
    input_tokens: int = 0
    output_tokens: int = 0
    cost_nanousd: int | None = 0
    """None: the visitor may not see costs."""


class Figures(msgspec.Struct, frozen=True):
    """What a key was used for."""

    days: tuple[Day, ...]
    """The last ones, today last."""
    cost_nanousd: int | None
    """Of this month (UTC); None: the visitor may not see costs."""

    @property
    def requests(self) -> int:
        """Requests of all these days."""
        return sum(day.requests for day in self.days)

    @property
    def errors(self) -> int:
        """Errors of all these days."""
        return sum(day.errors for day in self.days)

    @property
    def tokens(self) -> int:
        """Tokens of all these days, in and out."""
        return sum(day.input_tokens + day.output_tokens for day in self.days)


async def figures_of(visit: Visit, key_ids: Sequence[str]) -> dict[str, Figures]:
    """Return the figures of each of these keys, at most a hundred."""
    if not key_ids:
        return {}
    today_us = visit.services.clock.now_us() // DAY_US * DAY_US
    month_us, first_us = month_of(today_us), today_us - (DAYS - 1) * DAY_US
    asked = {
        "starting_at": iso(min(month_us, first_us)),
        "bucket_width": "1d",
        "group_by": ["api_key_id"],
        "api_key_ids": list(key_ids),
    }
    found: dict[str, dict[int, Day]] = defaultdict(dict)
    for piece in (await visit.do("usage_series.list", asked)).data:
        day = day_of(piece)
        found[piece.api_key_id][day.start_us] = day
    shown = range(first_us, today_us + 1, DAY_US)
    return {key_id: Figures(tuple(found[key_id].get(at, Day(at)) for at in shown), cost_of(found[key_id], month_us)) for key_id in key_ids}


def day_of(piece: Any) -> Day:  # noqa: ANN401  (a piece of the admin API's series)
    """Return one day."""
    tokens = piece.uncached_input_tokens + piece.cache_read_input_tokens + piece.cache_creation_input_tokens
    cost = None if piece.cost_usd is None else int(Decimal(piece.cost_usd) * NANO)
    errors = piece.errors + piece.refused
    return Day(us_of_text(piece.starting_at) or 0, piece.requests, errors, tokens, piece.output_tokens, cost)


def cost_of(days: dict[int, Day], since_us: int) -> int | None:
    """Add up what days cost from a time on; None where that may not be seen."""
    costs = [day.cost_nanousd for day in days.values() if day.start_us >= since_us]
    return None if None in costs else sum(cost for cost in costs if cost is not None)


def month_of(us: int) -> int:
    """Return when the month began, in UTC."""
    at = datetime.fromisoformat(iso(us)).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    return us_of_text(at.isoformat()) or 0


async def last_used(visit: Visit, key_ids: Sequence[str]) -> dict[str, str]:
    """Return when each of these keys, at most a hundred, was used last; one that never was is not in it."""
    if not key_ids:
        return {}
    found = await visit.do("api_keys.last_used", {"api_key_ids": list(key_ids)})
    return {one.api_key_id: one.last_used_at for one in found.data}
