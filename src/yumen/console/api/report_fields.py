"""What is asked of reports, and the pieces of time that they consist of."""

from __future__ import annotations

from typing import Annotated, Any, Literal

import msgspec

from yumen.clock import iso
from yumen.console.api.api_keys import Time, us_of
from yumen.console.api.fields import KeyId, UserId, WorkspaceId
from yumen.console.api.pages import Cursor, cursor, position_of
from yumen.errors import InvalidRequest
from yumen.ledger.breakdown import Part, Wanted

MINUTE_US = 60_000_000
Width = Literal["1m", "1h", "1d"]
WIDTHS: dict[str, int] = {"1m": MINUTE_US, "1h": 60 * MINUTE_US, "1d": 1440 * MINUTE_US}
USUAL = {"1m": 60, "1h": 24, "1d": 7}
MOST = {"1m": 1440, "1h": 168, "1d": 31}
"""How many pieces of time are on a page, and at most, as in Claude's reports."""
LAST_US = 253_402_300_799 * 1_000_000
"""The end of the year 9999."""

GroupBy = Literal[
    "api_key_id", "workspace_id", "account_id", "user_id", "label", "model", "service_tier", "speed", "inference_geo", "description"
]
"""`account_id` and `user_id` are the member; `label` is ours; `description` is the cost report's, and means the model."""
PARTS: dict[str, Part] = {
    "api_key_id": Part.KEY,
    "workspace_id": Part.WORKSPACE,
    "account_id": Part.MEMBER,
    "user_id": Part.MEMBER,
    "label": Part.LABEL,
    "model": Part.MODEL,
    "description": Part.MODEL,
    "service_tier": Part.SERVICE_TIER,
    "speed": Part.SPEED,
    "inference_geo": Part.INFERENCE_GEO,
}
Texts = Annotated[tuple[Annotated[str, msgspec.Meta(min_length=1, max_length=200)], ...], msgspec.Meta(max_length=100)]


class AskReport(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What a report shall show: from `starting_at` on and before `ending_at` (now, where it is not said)."""

    starting_at: Time
    ending_at: Time | None = None
    group_by: Annotated[tuple[GroupBy, ...], msgspec.Meta(max_length=10)] = ()
    limit: Annotated[int, msgspec.Meta(ge=1, le=1440)] | None = None
    page: Cursor | None = None
    api_key_ids: Annotated[tuple[KeyId, ...], msgspec.Meta(max_length=100)] | None = None
    workspace_ids: Annotated[tuple[WorkspaceId, ...], msgspec.Meta(max_length=100)] | None = None
    account_ids: Annotated[tuple[UserId, ...], msgspec.Meta(max_length=100)] | None = None
    models: Texts | None = None
    labels: Texts | None = None
    service_tiers: Texts | None = None


class AskUsage(AskReport, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What a usage report shall show."""

    bucket_width: Width = "1d"


class AskCost(AskReport, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What a cost report shall show."""

    bucket_width: Literal["1d"] = "1d"


class Stretch(msgspec.Struct, frozen=True):
    """The pieces of time of one page, and the cursor of the next."""

    wanted: Wanted
    starts_us: tuple[int, ...]
    until_us: int
    next_page: str | None


def stretch_of(asked: AskUsage | AskCost, organization_id: str, now_us: int) -> Stretch:
    """Return what is to be read for a page. Raises InvalidRequest."""
    width_us = WIDTHS[asked.bucket_width]
    most = MOST[asked.bucket_width]
    if asked.limit is not None and asked.limit > most:
        raise InvalidRequest(f"limit: Input should be less than or equal to {most} for buckets of {asked.bucket_width}")
    first = us_of("starting_at", asked.starting_at) // width_us
    until_us = now_us + 1 if asked.ending_at is None else us_of("ending_at", asked.ending_at)
    end = -(-until_us // width_us)
    if first < 0 or end * width_us > LAST_US or (asked.ending_at is not None and end <= first):
        raise InvalidRequest("ending_at: Input should be later than starting_at, and both after 1970")
    start = first if asked.page is None else position_of(asked.page, f"report:{asked.bucket_width}")
    if not first <= start <= max(end, first):
        raise InvalidRequest("page: Invalid page token")
    stop = min(start + (asked.limit or USUAL[asked.bucket_width]), max(end, start))
    parts = tuple(dict.fromkeys(PARTS[name] for name in asked.group_by))
    # Nothing is younger than now: with the last piece whole, the hourly sums can say it.
    ends_us = stop * width_us if asked.ending_at is None else min(stop * width_us, until_us)
    wanted = Wanted(organization_id, start * width_us, ends_us, width_us, parts, only_of(asked))
    next_page = cursor(f"report:{asked.bucket_width}", stop) if stop < end else None
    return Stretch(wanted, tuple(number * width_us for number in range(start, stop)), until_us, next_page)


def only_of(asked: AskReport) -> dict[Part, tuple[str, ...]]:
    """Return which values are wanted."""
    chosen: dict[Part, Any] = {
        Part.KEY: asked.api_key_ids,
        Part.WORKSPACE: asked.workspace_ids,
        Part.MEMBER: asked.account_ids,
        Part.MODEL: asked.models,
        Part.LABEL: asked.labels,
        Part.SERVICE_TIER: asked.service_tiers,
    }
    return {part: values for part, values in chosen.items() if values is not None}


def ends_of(start_us: int, width_us: int) -> dict[str, str]:
    """Return a piece's beginning and end as text."""
    return {"starting_at": iso(start_us), "ending_at": iso(start_us + width_us)}
