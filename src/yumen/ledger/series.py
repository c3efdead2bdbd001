"""Usage over time: equal slots with their sums, and how long answers took. Nouns and pure rules.

What is asked for whole hours, by the parts that the hourly sums know, is read from those sums; all else from the entries themselves.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from yumen.exchange.values import Outcome
from yumen.ledger.breakdown import Part, value_of
from yumen.ledger.entry import Kind
from yumen.ledger.spread import BUCKETS, place_of, quantile

if TYPE_CHECKING:
    from collections.abc import Iterable

    from yumen.ledger.entry import Entry

MINUTE_US = 60_000_000
HOUR_US = 60 * MINUTE_US
DAY_US = 24 * HOUR_US
KNOWN_BY_HOUR = frozenset({Part.ORGANIZATION, Part.WORKSPACE, Part.KEY, Part.MEMBER, Part.MODEL, Part.ENVIRONMENT})
"""What the hourly sums can be broken down and chosen by."""
BROKEN = frozenset({Outcome.ERROR, Outcome.FAILED, Outcome.TRUNCATED, Outcome.INTERRUPTED})
"""How a request ends that was sent and got no good answer."""
NOBODY = (0,) * BUCKETS


class SeriesWanted(msgspec.Struct, frozen=True):
    """What is wanted, in slots of `slot_us` counted from 1970 on (UTC). Both ends are moved outwards to whole slots, unless exact."""

    organization_id: str | None
    """None: of every organization, for the operator."""
    since_us: int
    until_us: int
    slot_us: int = HOUR_US
    parts: tuple[Part, ...] = ()
    """What each slot is broken down by: one `Slot` for each value that there is."""
    only: dict[Part, tuple[str, ...]] = {}
    """Of these parts only requests with one of these values."""
    without: tuple[str, ...] = ()
    """Organizations whose requests are not wanted."""
    exact: bool = False
    """Nothing from before `since_us` nor from `until_us` on, though slots reach beyond them."""

    @property
    def ends_us(self) -> tuple[int, int]:
        """From when on, and before when, requests are wanted."""
        return (self.since_us, self.until_us) if self.exact else (self.first_us, self.end_us)

    @property
    def first_us(self) -> int:
        """Where the first slot begins."""
        return self.since_us // self.slot_us * self.slot_us

    @property
    def end_us(self) -> int:
        """Where the last slot ends."""
        return -(-self.until_us // self.slot_us) * self.slot_us

    @property
    def starts_us(self) -> range:
        """Where each slot begins, those without requests too."""
        return range(self.first_us, self.end_us, self.slot_us)


class Slot(msgspec.Struct, frozen=True):
    """The sums of one slot, of one value of each part that was asked for. Slots without requests are not there."""

    start_us: int
    values: tuple[str | None, ...] = ()
    """Of the parts, in their order; None: of no member, or of no model."""
    requests: int = 0
    """All of them, refused ones too."""
    errors: int = 0
    """Of these: sent, and then an error of the upstream's, or no whole answer."""
    refused: int = 0
    """Of these: refused by the gateway, for a limit, a policy, or what was asked."""
    input_tokens: int = 0
    output_tokens: int = 0
    cache_read_tokens: int = 0
    cache_write_5m_tokens: int = 0
    cache_write_1h_tokens: int = 0
    thinking_tokens: int = 0
    web_search_requests: int = 0
    cost_nanousd: int = 0
    """The sum of the costs that are known."""
    unpriced: int = 0
    """Requests whose cost is not known."""
    estimated: int = 0
    """Requests whose token counts are ours rather than Claude's word."""
    counted: int = 0
    """Requests that count against limits."""
    durations: tuple[int, ...] = NOBODY
    """How many requests that were sent took how long in all, by the buckets of `ledger/spread.py`."""
    first_bytes: tuple[int, ...] = NOBODY
    """How many of them waited how long for the answer's first byte."""

    @property
    def duration_p50_us(self) -> int | None:
        """The median time that requests took which were sent; None: there were none."""
        return quantile(self.durations, 0.5)

    @property
    def duration_p95_us(self) -> int | None:
        """The time that 95 of 100 did not exceed."""
        return quantile(self.durations, 0.95)

    @property
    def ttft_p50_us(self) -> int | None:
        """The median time to the answer's first byte; None: there was none."""
        return quantile(self.first_bytes, 0.5)

    @property
    def ttft_p95_us(self) -> int | None:
        """The time to the first byte that 95 of 100 did not exceed."""
        return quantile(self.first_bytes, 0.95)

    @property
    def cache_hit_share(self) -> float | None:
        """How much of all input came from the cache, of one; None: there was no input."""
        whole = self.input_tokens + self.cache_read_tokens + self.cache_write_5m_tokens + self.cache_write_1h_tokens
        return self.cache_read_tokens / whole if whole else None


HISTOGRAMS = ("durations", "first_bytes")
SUMS = tuple(name for name in Slot.__struct_fields__[2:] if name not in HISTOGRAMS)
"""The fields of a slot that are plain sums, which are columns of the hourly sums, too."""


def by_hour(wanted: SeriesWanted) -> bool:
    """Whether the hourly sums can say it."""
    return not any(us % HOUR_US for us in wanted.ends_us) and is_known_by_hour(wanted)


def is_known_by_hour(wanted: SeriesWanted) -> bool:
    """Whether the hourly sums know what it is broken down and chosen by, and are not wider than its slots."""
    return wanted.slot_us % HOUR_US == 0 and KNOWN_BY_HOUR.issuperset((*wanted.parts, *wanted.only))


def cut(wanted: SeriesWanted) -> list[SeriesWanted]:
    """Cut what begins or ends within an hour into its whole hours, which the hourly sums can say, and the ends, which entries must."""
    since_us, until_us = wanted.ends_us
    first_us, last_us = -(-since_us // HOUR_US) * HOUR_US, until_us // HOUR_US * HOUR_US
    if first_us >= last_us or not is_known_by_hour(wanted):
        return [wanted]
    pieces = ((since_us, first_us), (first_us, last_us), (last_us, until_us))
    return [msgspec.structs.replace(wanted, since_us=begin, until_us=end) for begin, end in pieces if begin < end]


def wants(wanted: SeriesWanted, entry: Entry) -> bool:
    """Whether an entry is wanted; the store's SQL says the same."""
    return (
        wanted.organization_id in (None, entry.organization_id)
        and entry.organization_id not in wanted.without
        and wanted.ends_us[0] <= entry.time_us < wanted.ends_us[1]
        and all(value_of(entry, part) in values for part, values in wanted.only.items())
    )


def slot_of(wanted: SeriesWanted, entry: Entry) -> Slot:
    """Return what one entry adds."""
    sent = entry.kind is Kind.EXCHANGE and entry.attempts > 0
    return Slot(
        start_us=entry.time_us // wanted.slot_us * wanted.slot_us,
        values=tuple(value_of(entry, part) for part in wanted.parts),
        requests=entry.count,
        errors=entry.count if entry.outcome in BROKEN else 0,
        refused=entry.count if entry.outcome is Outcome.REFUSED else 0,
        input_tokens=entry.input_tokens,
        output_tokens=entry.output_tokens,
        cache_read_tokens=entry.cache_read_tokens,
        cache_write_5m_tokens=entry.cache_write_5m_tokens,
        cache_write_1h_tokens=entry.cache_write_1h_tokens,
        thinking_tokens=entry.thinking_tokens,
        web_search_requests=entry.web_search_requests,
        cost_nanousd=entry.cost_nanousd or 0,
        unpriced=entry.count if entry.cost_nanousd is None else 0,
        estimated=entry.count if entry.estimated else 0,
        counted=entry.counted,
        durations=one_in(entry.duration_us if sent else None),
        first_bytes=one_in(entry.ttft_us if sent else None),
    )


def one_in(us: int | None) -> tuple[int, ...]:
    """Return a histogram with one time in it; None: with none."""
    if us is None:
        return NOBODY
    place = place_of(us)
    return tuple(int(number == place) for number in range(BUCKETS))


def plus(one: Slot, other: Slot) -> Slot:
    """Return the sum of two slots, at the first one's time and of its values."""
    sums: dict[str, object] = {name: getattr(one, name) + getattr(other, name) for name in SUMS}
    histograms = {name: tuple(map(sum, zip(getattr(one, name), getattr(other, name), strict=True))) for name in HISTOGRAMS}
    return msgspec.structs.replace(one, **sums, **histograms)


def put_together(slots: Iterable[Slot]) -> list[Slot]:
    """Return one slot a time and values, in order."""
    found: dict[tuple[int, tuple[str | None, ...]], Slot] = {}
    for slot in slots:
        group = (slot.start_us, slot.values)
        found[group] = slot if group not in found else plus(found[group], slot)
    return [found[group] for group in sorted(found, key=lambda group: (group[0], tuple(value or "" for value in group[1])))]


def whole(slots: Iterable[Slot], start_us: int = 0) -> Slot:
    """Return all slots as one, of no values, such as for the figures above a chart."""
    total = Slot(start_us)
    for slot in slots:
        total = plus(total, slot)
    return total
