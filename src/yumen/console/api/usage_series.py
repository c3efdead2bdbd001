"""Usage over time for charts: sums, money and how long answers took in equal pieces of time, by key, workspace, member, model."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Annotated, Literal

import msgspec

from yumen.clock import iso
from yumen.console.api.api_keys import Time, us_of
from yumen.console.api.fields import KeyId, UserId, WorkspaceId
from yumen.console.api.limit_fields import dollars
from yumen.console.api.operation import Operation
from yumen.console.api.report_fields import LAST_US, MINUTE_US, Texts
from yumen.errors import InvalidRequest
from yumen.ledger.breakdown import Part
from yumen.ledger.series import SeriesWanted, whole
from yumen.organizations.permissions import Action

if TYPE_CHECKING:
    from collections.abc import Iterable

    from yumen.console.api.call import Call
    from yumen.ledger.series import Slot

US_PER_MS = 1000
MAX_PIECES = 1500
GroupBy = Literal["api_key_id", "workspace_id", "user_id", "model", "environment"]
PARTS: dict[str, Part] = {
    "api_key_id": Part.KEY,
    "workspace_id": Part.WORKSPACE,
    "user_id": Part.MEMBER,
    "model": Part.MODEL,
    "environment": Part.ENVIRONMENT,
}
WIDTHS = {"1m": MINUTE_US, "5m": 5 * MINUTE_US, "1h": 60 * MINUTE_US, "6h": 360 * MINUTE_US, "1d": 1440 * MINUTE_US}
Ids = Annotated[tuple[KeyId, ...], msgspec.Meta(max_length=100)]


class AskSeries(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What a series shall show; without `ending_at`, until now.

    Pieces are counted from 1970 on (UTC), and both ends moved outwards to whole ones, unless they are `exact`.
    """

    starting_at: Time
    ending_at: Time | None = None
    bucket_width: Literal["1m", "5m", "1h", "6h", "1d"] = "1h"
    group_by: Annotated[tuple[GroupBy, ...], msgspec.Meta(max_length=3)] = ()
    api_key_ids: Ids | None = None
    workspace_ids: Annotated[tuple[WorkspaceId, ...], msgspec.Meta(max_length=100)] | None = None
    user_ids: Annotated[tuple[UserId, ...], msgspec.Meta(max_length=100)] | None = None
    models: Texts | None = None
    environments: Texts | None = None
    exact: bool = False
    """Nothing from before `starting_at` nor from `ending_at` on: the first and the last piece are what is left of them."""


class Took(msgspec.Struct, frozen=True):
    """How long something took, in milliseconds and to within a third: the median, and what 95 of 100 did not exceed."""

    p50: float | None
    p95: float | None


class Sums(msgspec.Struct, frozen=True, kw_only=True):
    """The sums of some requests. Whose they are is null where it was not grouped by that."""

    api_key_id: str | None
    workspace_id: str | None
    user_id: str | None
    model: str | None
    environment: str | None
    requests: int
    """All of them, refused ones too."""
    errors: int
    """Of these: sent, and then an error of the upstream's, or no whole answer."""
    refused: int
    """Of these: refused by the gateway."""
    counted_requests: int
    """Those that count against limits."""
    uncached_input_tokens: int
    cache_creation_input_tokens: int
    cache_read_input_tokens: int
    output_tokens: int
    cache_hit_rate: float | None
    """How much of all input came from the cache, of one."""
    cost_usd: str | None
    """What is known of it; null for whoever may not see costs."""
    unpriced_requests: int
    """Requests whose cost is not known."""
    latency_ms: Took
    time_to_first_token_ms: Took


class SeriesPiece(Sums, frozen=True, kw_only=True):
    """The sums of one piece of time. Pieces without requests are not there."""

    starting_at: str
    ending_at: str


class Series(msgspec.Struct, frozen=True):
    """What was asked for: piece by piece, and of the whole time; each with a row for each group."""

    starting_at: str
    ending_at: str
    data: list[SeriesPiece]
    totals: list[Sums]


async def series(call: Call, asked: AskSeries) -> Series:
    """Report usage over time."""
    wanted = wanted_of(call, asked)
    slots = await call.services.reports.series(wanted)
    since_us, until_us = wanted.ends_us
    return Series(
        iso(since_us),
        iso(until_us),
        [piece_of(call, wanted, slot) for slot in slots],
        [Sums(**sums_of(call, wanted, total)) for total in totals_of(wanted, slots)],  # type: ignore[arg-type]  # the fields by their names
    )


def wanted_of(call: Call, asked: AskSeries) -> SeriesWanted:
    """Return what is to be read. Raises InvalidRequest."""
    since_us = us_of("starting_at", asked.starting_at)
    until_us = call.clock.now_us() + 1 if asked.ending_at is None else us_of("ending_at", asked.ending_at)
    width_us = WIDTHS[asked.bucket_width]
    if not 0 <= since_us < until_us <= LAST_US:
        raise InvalidRequest("ending_at: Input should be later than starting_at, and both after 1970")
    if (until_us - since_us) // width_us >= MAX_PIECES:
        raise InvalidRequest(f"bucket_width: that would be more than {MAX_PIECES} pieces of time")
    only = {
        Part.KEY: asked.api_key_ids,
        Part.WORKSPACE: asked.workspace_ids,
        Part.MEMBER: asked.user_ids,
        Part.MODEL: asked.models,
        Part.ENVIRONMENT: asked.environments,
    }
    parts = tuple(dict.fromkeys(PARTS[name] for name in asked.group_by))
    chosen = {part: tuple(values) for part, values in only.items() if values is not None}
    return SeriesWanted(call.organization_id, since_us, until_us, width_us, parts, chosen, exact=asked.exact)


def totals_of(wanted: SeriesWanted, slots: Iterable[Slot]) -> list[Slot]:
    """Return the sum of each group over all time, the one with most requests first. What was not grouped is one sum, be it of nothing."""
    groups: dict[tuple[str | None, ...], list[Slot]] = defaultdict(list, {} if wanted.parts else {(): []})
    for slot in slots:
        groups[slot.values].append(slot)
    totals = [msgspec.structs.replace(whole(group), values=values) for values, group in groups.items()]
    return sorted(totals, key=lambda total: -total.requests)


def piece_of(call: Call, wanted: SeriesWanted, slot: Slot) -> SeriesPiece:
    """Show one piece of time."""
    ends = {"starting_at": iso(slot.start_us), "ending_at": iso(slot.start_us + wanted.slot_us)}
    return SeriesPiece(**ends, **sums_of(call, wanted, slot))  # type: ignore[arg-type]  # the same


def sums_of(call: Call, wanted: SeriesWanted, slot: Slot) -> dict[str, object]:
    """Return the fields of some sums."""
    values = dict(zip(wanted.parts, slot.values, strict=True))
    return {
        **{name: values.get(part) for name, part in PARTS.items()},
        "requests": slot.requests,
        "errors": slot.errors,
        "refused": slot.refused,
        "counted_requests": slot.counted,
        "uncached_input_tokens": slot.input_tokens,
        "cache_creation_input_tokens": slot.cache_write_5m_tokens + slot.cache_write_1h_tokens,
        "cache_read_input_tokens": slot.cache_read_tokens,
        "output_tokens": slot.output_tokens,
        "cache_hit_rate": slot.cache_hit_share,
        "cost_usd": dollars(slot.cost_nanousd) if call.may(Action.COST_READ) else None,
        "unpriced_requests": slot.unpriced,
        "latency_ms": Took(ms(slot.duration_p50_us), ms(slot.duration_p95_us)),
        "time_to_first_token_ms": Took(ms(slot.ttft_p50_us), ms(slot.ttft_p95_us)),
    }


def ms(us: int | None) -> float | None:
    """Write microseconds as milliseconds."""
    return None if us is None else us / US_PER_MS


OPERATIONS = (
    Operation(
        method="GET",
        path="/v1/organizations/usage_series",
        name="usage_series.list",
        summary="Report requests, errors, tokens, cost, latency and cache hits over time, as charts need them",
        action=Action.USAGE_READ,
        handler=series,
        asked=AskSeries,
        answer=Series,
    ),
)
