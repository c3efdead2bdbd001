"""How far each limit is used, as this process saw it last: finds the moments at which one of the parts is reached."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

import msgspec

from yumen.alerts.rules import is_calendar, reached
from yumen.alerts.values import HOUR_US, News, Topic

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

MAX_REMEMBERED = 20_000
"""Limits whose last level is remembered, and parts that were told; whoever is forgotten is asked of the store again."""


Key = TypeVar("Key")


class Use(msgspec.Struct, frozen=True):
    """How a limit stands."""

    organization_id: str
    scope_kind: str
    scope_id: str
    kind: str
    limit: int
    remaining: int
    reset_us: int

    @property
    def period(self) -> int:
        """The end of the calendar period, 0: it holds in any stretch of time."""
        return self.reset_us if is_calendar(self.kind) else 0


class Crossing(msgspec.Struct, frozen=True):
    """Parts that a limit has reached since the last look; the last of them is told, those below are not told after it."""

    use: Use
    percents: tuple[int, ...]
    time_us: int

    @property
    def news(self) -> list[News]:
        """What may be told, the lowest part first."""
        use, percents = self.use, self.percents
        stem = f"limit:{use.organization_id}:{use.scope_kind}:{use.scope_id}:{use.kind}:{use.limit}:{use.period}"
        return [
            News(
                f"{stem}:{percent}",
                Topic.LIMIT,
                self.time_us,
                {
                    "scope": use.scope_kind,
                    "id": use.scope_id,
                    "kind": use.kind,
                    "percent": percent,
                    "limit": use.limit,
                    "ends_us": use.period,
                },
                use.organization_id,
                rearm_us=0 if use.period else HOUR_US,
                members=use.period > 0,
            )
            for percent in percents
        ]


class Levels:
    """Remembers levels. A part counts when it is reached from below, once a period; where there is none, once an hour."""

    def __init__(self, percents: Sequence[int], now_us: Callable[[], int]) -> None:
        """Look at these parts, lowest first."""
        self._percents = tuple(percents)
        self._now_us = now_us
        self._levels: dict[tuple[str, str, str, str, int, int], int] = {}
        self._told: dict[tuple[str, str, str, str, int, int, int], int] = {}
        """When a part that was told may be told again, by limit, its value, its period and the part."""

    def below(self, organization_id: str, scope_kind: str, scope_id: str, kind: str, limit: int) -> None:
        """Note that a limit without a calendar is used less than the lowest part."""
        if self._levels:
            self._levels.pop((organization_id, scope_kind, scope_id, kind, limit, 0), None)

    def above(self, use: Use) -> Crossing | None:
        """Look at a limit of which at least the lowest part is used."""
        key = (use.organization_id, use.scope_kind, use.scope_id, use.kind, use.limit, use.period)
        level = reached(use.limit, use.remaining, self._percents)
        before = self._levels.get(key, 0)
        if level == before:
            return None
        self._levels[key] = level
        trim(self._levels)
        return self._crossing(use, level) if level > before else None

    def _crossing(self, use: Use, level: int) -> Crossing | None:
        now_us = self._now_us()
        period = use.period
        again_us = max(period, now_us + 1) if period else now_us + HOUR_US
        fresh = []
        for percent in self._percents[:level]:
            key = (use.organization_id, use.scope_kind, use.scope_id, use.kind, use.limit, period, percent)
            if self._told.get(key, 0) <= now_us:
                self._told[key] = again_us
                fresh.append(percent)
        trim(self._told)
        if not fresh or fresh[-1] != self._percents[level - 1]:
            return None
        return Crossing(use, tuple(fresh), now_us)


def trim(remembered: dict[Key, int]) -> None:
    """Forget the oldest where there is too much."""
    while len(remembered) > MAX_REMEMBERED:
        del remembered[next(iter(remembered))]
