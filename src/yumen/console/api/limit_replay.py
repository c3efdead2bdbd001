"""What a limit would have done in the last seven days: read from the ledger before it is set."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Annotated, Literal

import msgspec

from yumen.claude.model_class import model_class
from yumen.clock import iso
from yumen.console.api.limit_fields import LimitGiven, LimitShown, ScopeShown, dollars, read_limit, read_scope, shown_limit, shown_scope
from yumen.console.api.limit_use import only_of
from yumen.console.api.limits import PATH, find_scope
from yumen.console.api.operation import Operation
from yumen.errors import Forbidden, InvalidRequest
from yumen.ledger.breakdown import Part
from yumen.ledger.series import HOUR_US, SeriesWanted
from yumen.limits.periods import period_of
from yumen.limits.replay import (
    BUCKETS,
    REPLAYED,
    WINDOWS,
    Certainty,
    Replayed,
    Used,
    replay_buckets,
    replay_period,
    replay_window,
    suspicious,
)
from yumen.limits.values import MINUTE_US, PERIODS, SECOND_US, SPEND, Kind
from yumen.organizations.permissions import Action

if TYPE_CHECKING:
    from collections.abc import Sequence

    from yumen.console.api.call import Call
    from yumen.ledger.series import Slot
    from yumen.limits.values import Limit, Scope

WEEK_US = 7 * 24 * HOUR_US
MOST_HOURS = {MINUTE_US: 96, SECOND_US: 8}
"""How many hours are looked at piece by piece, the busiest first: what is left out is said."""
Amount = int | str


class AskLimitReplay(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A limit that is thought of, and whose. It need not be below the plan's."""

    scope: ScopeShown
    limit: LimitGiven


class MomentShown(msgspec.Struct, frozen=True):
    """A minute, second or hour in which something would have been refused."""

    starting_at: str
    used: Amount
    refused: Amount
    refused_requests: int


class ReplayShown(msgspec.Struct, frozen=True, kw_only=True):
    """What the limit would have done. Amounts are requests, tokens, or US dollars as text, as the limit's kind says."""

    type: Literal["limit_replay"] = "limit_replay"
    scope: ScopeShown
    limit: LimitShown
    starting_at: str
    ending_at: str
    requests: int
    """How many there were in that time that count against limits."""
    highest: Amount
    """The most that was used in one second, minute, day or month, as the kind says."""
    refused_requests: int
    refused: Amount
    first_refused_at: str | None
    certainty: Literal["exact", "at_least", "estimate"]
    """`at_least`: counted by the clock's minutes, though a gateway counts any sixty seconds. `estimate`: by proportion of sums."""
    hours_left_out: Annotated[int, msgspec.Meta(ge=0)]
    """Busy hours that were not looked at piece by piece, the less busy ones."""
    moments: list[MomentShown]
    """The worst, in the order of time."""


class Stretch(msgspec.Struct, frozen=True):
    """Whose use is read, and until when."""

    organization_id: str
    only: dict[Part, tuple[str, ...]]
    since_us: int
    until_us: int


async def replay(call: Call, asked: AskLimitReplay) -> ReplayShown:
    """Say what a limit would have done."""
    scope, limit = read_scope(asked.scope), read_limit(asked.limit)
    if limit.kind in SPEND and not call.may(Action.COST_READ):
        raise Forbidden(f"The role {call.caller.role} may not see costs")
    if limit.kind not in REPLAYED:
        raise InvalidRequest(f"limit.kind: the ledger cannot tell what {limit.kind} would have done")
    await find_scope(call, scope)
    now_us = call.clock.now_us()
    stretch = Stretch(call.organization_id, only_of(scope), (now_us - WEEK_US) // HOUR_US * HOUR_US, now_us + 1)
    found, hours, left_out = await over_periods(call, stretch, limit) if limit.kind in PERIODS else await over_hours(call, stretch, limit)
    return shown(scope, limit, stretch, (found, sum(slot.counted for slot in hours), left_out))


async def over_periods(call: Call, stretch: Stretch, limit: Limit) -> tuple[Replayed, list[Slot], int]:
    """Replay a day's or month's limit, from the beginning of the period that the week began in."""
    zone = (await call.services.offices.registry.one(call.organization_id)).time_zone
    from_us = period_of(limit.kind, zone, stretch.since_us).from_us
    slots = await read(call, msgspec.structs.replace(stretch, since_us=from_us), HOUR_US)
    found = replay_period(limit, zone, [used_of(limit.kind, slot) for slot in slots], stretch.since_us)
    return found, [slot for slot in slots if slot.start_us >= stretch.since_us], 0


async def over_hours(call: Call, stretch: Stretch, limit: Limit) -> tuple[Replayed, list[Slot], int]:
    """Replay a rate, piece by piece in those hours alone in which it could have been met."""
    hours = await read(call, stretch, HOUR_US)
    busy = [slot for slot in hours if suspicious(limit, amount_of(limit.kind, slot))]
    width_us = WINDOWS.get(limit.kind, MINUTE_US)
    looked_at = sorted(busy, key=lambda slot: -amount_of(limit.kind, slot))[: MOST_HOURS[width_us]]
    parts = (Part.MODEL,) if limit.kind in BUCKETS else ()
    pieces: list[Slot] = []
    for start_us, end_us in runs(sorted(slot.start_us for slot in looked_at)):
        pieces += await read(call, msgspec.structs.replace(stretch, since_us=start_us, until_us=end_us), width_us, parts)
    found, left_out = replay_rate(limit, pieces), len(busy) - len(looked_at)
    if left_out and found.certainty is Certainty.EXACT:
        found = msgspec.structs.replace(found, certainty=Certainty.AT_LEAST)
    return found, hours, left_out


def replay_rate(limit: Limit, pieces: Sequence[Slot]) -> Replayed:
    """Replay a rate of requests, or of each class of models' tokens."""
    if limit.kind in WINDOWS:
        return replay_window(limit, [used_of(limit.kind, slot) for slot in pieces])
    classes: dict[str, dict[int, Used]] = defaultdict(dict)
    for slot in pieces:
        used, known = used_of(limit.kind, slot), classes[model_class(slot.values[0])]
        before = known.get(slot.start_us, Used(slot.start_us, 0, 0))
        known[slot.start_us] = Used(slot.start_us, before.requests + used.requests, before.amount + used.amount)
    return replay_buckets(limit, [list(known.values()) for known in classes.values()])


async def read(call: Call, stretch: Stretch, width_us: int, parts: tuple[Part, ...] = ()) -> list[Slot]:
    """Read what was used."""
    wanted = SeriesWanted(stretch.organization_id, stretch.since_us, stretch.until_us, width_us, parts, stretch.only)
    return await call.services.reports.series(wanted)


def runs(starts_us: Sequence[int]) -> list[tuple[int, int]]:
    """Put hours that follow one another together: they are read at once."""
    found: list[tuple[int, int]] = []
    for start_us in starts_us:
        if found and found[-1][1] == start_us:
            found[-1] = (found[-1][0], start_us + HOUR_US)
        else:
            found.append((start_us, start_us + HOUR_US))
    return found


def used_of(kind: Kind, slot: Slot) -> Used:
    """Return what a slot used of a limit."""
    return Used(slot.start_us, slot.counted, amount_of(kind, slot))


def amount_of(kind: Kind, slot: Slot) -> int:
    """Return how much a slot used, in the limit's own unit. Cache reads are free."""
    if kind in SPEND:
        return slot.cost_nanousd
    if kind is Kind.INPUT_TOKENS_PER_MINUTE:
        return slot.input_tokens + slot.cache_write_5m_tokens + slot.cache_write_1h_tokens
    return slot.output_tokens if kind is Kind.OUTPUT_TOKENS_PER_MINUTE else slot.counted


def shown(scope: Scope, limit: Limit, stretch: Stretch, told: tuple[Replayed, int, int]) -> ReplayShown:
    """Show a replay."""
    found, requests, left_out = told
    in_dollars = limit.kind in SPEND

    def amount(value: int) -> Amount:
        return dollars(value) if in_dollars else value

    return ReplayShown(
        scope=shown_scope(scope),
        limit=shown_limit(limit),
        starting_at=iso(stretch.since_us),
        ending_at=iso(stretch.until_us),
        requests=requests,
        highest=amount(found.highest),
        refused_requests=found.refused_requests,
        refused=amount(found.refused),
        first_refused_at=None if found.first_us is None else iso(found.first_us),
        certainty=found.certainty.value,
        hours_left_out=left_out,
        moments=[MomentShown(iso(one.start_us), amount(one.used), amount(one.refused), one.refused_requests) for one in found.moments],
    )


OPERATIONS = (
    Operation(
        method="POST",
        path=f"{PATH}/replay",
        name="limits.replay",
        summary="Say what a limit would have done in the last seven days, without setting it",
        action=Action.LIMIT_READ,
        handler=replay,
        asked=AskLimitReplay,
        answer=ReplayShown,
    ),
)
