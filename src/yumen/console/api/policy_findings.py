"""What content policies found: added up by rule, request by request with the words around it, and what another policy would have done."""

from __future__ import annotations

import asyncio
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any, Literal

import msgspec

from yumen.clock import iso
from yumen.console.api.operation import Nothing, Operation
from yumen.console.api.pages import ByCursor, cursor, marked
from yumen.console.api.policies import PolicyMeant, PolicyName, policy_meant
from yumen.console.api.policy_places import FLAGS, FlagPlace, FlagShown, flag_shown, since_of
from yumen.errors import NotFound
from yumen.organizations.permissions import Action
from yumen.policy.compiled import compile_policies
from yumen.policy.excerpts import excerpts_of
from yumen.policy.replaying import Replayed
from yumen.policy.store import FlagFilter
from yumen.policy.values import Applied

if TYPE_CHECKING:
    from yumen.console.api.call import Call
    from yumen.policy.store import FlagSum

SUMS = f"{FLAGS}/summary"
OF_REQUEST = f"{FLAGS}/{{request_id}}"
REPLAY = "/v1/organizations/policy_replays"
MOST_SUMS = 1_000
MOST_OF_REQUEST = 1_000
AT_ONCE = 500
"""So many flags are looked at again in one call."""

Time = Annotated[datetime, msgspec.Meta(tz=True)]


class AskSums(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Since when, and by which policy."""

    starting_at: Time | None = None
    policy: PolicyName | None = None


class FlagSumShown(msgspec.Struct, frozen=True, kw_only=True):
    """What a rule of one version found in all."""

    type: Literal["policy_flag_sum"] = "policy_flag_sum"
    policy: str
    version: int
    rule: str
    action: str
    shadow: bool
    """Whether nothing was done about it."""
    requests: int
    hits: int
    last_at: str


class ExcerptShown(msgspec.Struct, frozen=True):
    """The words around a hit; `start` and `end` say where in `text` it is, in characters."""

    text: str
    start: int
    end: int


class FlagRead(msgspec.Struct, frozen=True, kw_only=True):
    """A flag, and the words around its hits where the key let them be kept."""

    flag: FlagShown
    excerpts: list[ExcerptShown]


class FlagsOfRequest(msgspec.Struct, frozen=True, kw_only=True):
    """What policies found in one request and its answer."""

    request_id: str
    flags: list[FlagRead]


class AskPolicyReplay(ByCursor, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A policy, and since when. Nothing of it is kept."""

    document: dict[str, Any] | None = None
    """A policy that is not stored; without it, the stored one of that name or id."""
    name: PolicyMeant | None = None
    starting_at: Time
    limit: Annotated[int, msgspec.Meta(ge=1, le=AT_ONCE)] = AT_ONCE


class Changed(msgspec.Struct, frozen=True, kw_only=True):
    """What was done, and what would have been; `nothing` where no rule hits."""

    rule: str
    """`policy/rule` of the flag."""
    action: str
    new_rule: str
    new_action: str
    hits: int


class ReplayShown(msgspec.Struct, frozen=True, kw_only=True):
    """What a policy would have done with some flags, the newest first; `next_page` goes on with older ones."""

    changes: list[Changed]
    looked_at: int
    """How many flags."""
    untold: int
    """Hits whose text was not kept: of those nobody can say."""
    reached_at: str | None
    """When the last of them was written; null: there was none."""
    next_page: str | None


def sum_shown(row: FlagSum) -> FlagSumShown:
    """Show a sum."""
    return FlagSumShown(
        policy=row.policy,
        version=row.version,
        rule=row.rule,
        action=row.action,
        shadow=row.shadow,
        requests=row.requests,
        hits=row.hits,
        last_at=iso(row.last_us),
    )


async def sums(call: Call, asked: AskSums) -> list[FlagSumShown]:
    """Add up."""
    wanted = FlagFilter(since_of(asked.starting_at), call.organization_id, asked.policy)
    return [sum_shown(row) for row in await call.services.flags.of(call.organization_id).sums(wanted, MOST_SUMS)]


async def of_request(call: Call, _: Nothing) -> FlagsOfRequest:
    """Show what was found in a request; where words are shown, it is written down who read them."""
    request_id = call.path["request_id"]
    wanted = FlagFilter(0, call.organization_id, request_id=request_id)
    rows = await call.services.flags.of(call.organization_id).flags(wanted, None, MOST_OF_REQUEST)
    if not rows:
        raise NotFound
    opened = [await excerpts_of(row, call.services.sealer) for row in rows]
    if any(opened):
        await call.services.offices.audit.note(call.actor, "policy_flag.read", (request_id, call.organization_id))
    pairs = [(row, [ExcerptShown(each.text, each.start, each.end) for each in words]) for row, words in zip(rows, opened, strict=True)]
    return FlagsOfRequest(request_id=request_id, flags=[FlagRead(flag=flag_shown(row), excerpts=words) for row, words in reversed(pairs)])


async def replay(call: Call, asked: AskPolicyReplay) -> ReplayShown:
    """Look at flags again, so many at once."""
    policy = await policy_meant(call, asked.document, asked.name)
    replayed = Replayed(await asyncio.to_thread(compile_policies, (Applied(policy, 0, shadow=False),)))
    last = None if asked.page is None else marked(asked.page, REPLAY, FlagPlace)
    before = None if last is None else (last.time_us, last.request_id, last.number)
    wanted = FlagFilter(since_of(asked.starting_at), call.organization_id)
    rows = await call.services.flags.of(call.organization_id).flags(wanted, before, asked.limit)
    for row in rows:
        replayed.add(row.flag, await excerpts_of(row, call.services.sealer))
    more = len(rows) == asked.limit
    return ReplayShown(
        changes=[Changed(**change._asdict(), hits=hits) for change, hits in sorted(replayed.changes.items())],
        looked_at=len(rows),
        untold=replayed.untold,
        reached_at=iso(rows[-1].time_us) if rows else None,
        next_page=cursor(REPLAY, FlagPlace(rows[-1].time_us, rows[-1].request_id, rows[-1].number)) if more else None,
    )


OPERATIONS = (
    Operation(
        method="GET",
        path=SUMS,
        name="policy_flags.summary",
        summary="Add up what content policies found, by policy, version and rule, the latest first",
        action=Action.POLICY_READ,
        handler=sums,
        asked=AskSums,
        answer=list[FlagSumShown],
    ),
    Operation(
        method="GET",
        path=OF_REQUEST,
        name="policy_flags.retrieve",
        summary="Show what content policies found in one request, with the words around it where they were kept; the audit log tells",
        action=Action.POLICY_READ,
        handler=of_request,
        answer=FlagsOfRequest,
    ),
    Operation(
        method="POST",
        path=REPLAY,
        name="policies.replay",
        summary="Look again at what was flagged, page by page: what a content policy would have done there",
        action=Action.POLICY_READ,
        handler=replay,
        asked=AskPolicyReplay,
        answer=ReplayShown,
    ),
)
