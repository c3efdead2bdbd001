"""When something is news: parts of a limit, bursts of errors, networks, expiry. Values in, values out."""

from __future__ import annotations

from collections import deque
from ipaddress import IPv6Address, ip_address, ip_network
from typing import TYPE_CHECKING

from yumen.alerts.values import DAY_US, HOUR_US, News, Topic
from yumen.claude.life_cycle import warned_at
from yumen.errors import Source
from yumen.exchange.values import Outcome

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from yumen.alerts.values import KeyFact, ModelFact
    from yumen.errors import Fault

MINUTE_US = 60_000_000
WHOLE = 100
CALENDAR = ("_per_day", "_per_month")
"""Ends of the kinds whose limits hold in calendar periods."""
V4_BITS = 24
V6_BITS = 48
REFUSED_BY_UPSTREAM = frozenset({401, 403, 429})
"""Statuses below 500 that are the operator's business: his credential, and his own limits."""
FIRST_SERVER_ERROR = 500


def usable_percents(percents: Iterable[int]) -> tuple[int, ...]:
    """Return the parts at which is told, lowest first."""
    return tuple(sorted({percent for percent in percents if 0 < percent <= WHOLE}))


def reached(limit: int, remaining: int, percents: Sequence[int]) -> int:
    """Return how many of the parts (lowest first) are used up."""
    used = (limit - remaining) * WHOLE
    count = 0
    for percent in percents:
        if used < percent * limit:
            break
        count += 1
    return count


def is_calendar(kind: str) -> bool:
    """Whether a kind of limit holds in calendar periods, not in any stretch of time. A class of models may stand behind a colon."""
    return kind.partition(":")[0].endswith(CALENDAR)


def network_of(address: str) -> str | None:
    """Return an address's network (/24, /48), None where it is no address."""
    try:
        parsed = ip_address(address.partition("%")[0])
    except ValueError:
        return None
    if isinstance(parsed, IPv6Address):
        if parsed.ipv4_mapped is None:
            return str(ip_network((parsed, V6_BITS), strict=False))
        parsed = parsed.ipv4_mapped
    return str(ip_network((parsed, V4_BITS), strict=False))


def is_upstream_error(outcome: Outcome | None, status: int, fault: Fault | None) -> bool:
    """Whether an exchange ended by an error that the operator, not the caller, should hear of when there are many."""
    if outcome is Outcome.ERROR:
        return status >= FIRST_SERVER_ERROR or status in REFUSED_BY_UPSTREAM
    return outcome in (Outcome.FAILED, Outcome.TRUNCATED) and fault is not None and fault.source is Source.UPSTREAM


class Burst:
    """Counts errors: so many within a minute are a burst. After one it starts anew."""

    def __init__(self, many: int) -> None:
        """So many are a burst."""
        self._times: deque[int] = deque(maxlen=many)

    def add(self, time_us: int) -> bool:
        """Take an error; return whether it completes a burst."""
        times = self._times
        times.append(time_us)
        if len(times) == times.maxlen and time_us - times[0] < MINUTE_US:
            times.clear()
            return True
        return False


def burst_of(upstream: str, many: int, time_us: int) -> News:
    """Return the news of a burst: told once an hour."""
    return News(f"errors:{upstream}", Topic.ERRORS, time_us, {"upstream": upstream, "count": many}, rearm_us=HOUR_US)


def expiring(keys: Iterable[KeyFact], now_us: int, days: int) -> list[News]:
    """Return the news of keys that expire within so many days."""
    return [
        News(
            f"expiry:{key.key_id}:{key.expires_us}",
            Topic.EXPIRY,
            now_us,
            {"key": key.key_id, "name": key.name, "expires_us": key.expires_us},
            key.organization_id,
        )
        for key in keys
        if key.expires_us is not None and not key.ends_on_purpose and now_us < key.expires_us <= now_us + days * DAY_US
    ]


def ending(models: Iterable[ModelFact], now_us: int) -> list[News]:
    """Return the news of models that are about to end: a piece for each threshold of days, so that each is told once."""
    return [
        News(
            f"model:{fact.model}:{fact.retires_on}:{days}",
            Topic.MODEL,
            now_us,
            {
                "model": fact.model,
                "retires_on": fact.retires_on,
                "days": fact.days_left,
                "keys": fact.keys,
                "successor": fact.successor or "",
            },
        )
        for fact in models
        if (days := warned_at(fact.days_left)) is not None
    ]
