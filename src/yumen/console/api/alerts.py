"""Alerts: what was told, what is above a threshold now, where notices arrive, and a notice to try them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, Any, Literal

import msgspec

from yumen.alerts import words_of
from yumen.clock import iso
from yumen.console.api.limits import LineShown, lines_of
from yumen.console.api.limits import shown as shown_line
from yumen.console.api.operation import Nothing, Operation
from yumen.console.api.pages import ByCursor, CursorPage, cursor, position_of
from yumen.console.api.premises import ChannelShown, SentShown
from yumen.errors import Forbidden
from yumen.organizations.permissions import Action

if TYPE_CHECKING:
    from yumen.alerts import Told
    from yumen.console.api.call import Call
    from yumen.keys.values import KeyRecord
    from yumen.limits.values import Line, Standing

PATH = "/v1/organizations/alerts"
LIST = "alerts"
DAY_US = 86_400_000_000
WHOLE = 100


class AlertShown(msgspec.Struct, frozen=True, kw_only=True):
    """An alert that was told."""

    type: Literal["alert"] = "alert"
    topic: str
    organization_id: str | None
    told_at: str
    subject: str
    text: str
    subject_zh: str
    text_zh: str
    facts: dict[str, Any]
    told_members: bool
    """Whether the organization's owners and billing members were told beside the operator."""


class NearLimit(msgspec.Struct, frozen=True, kw_only=True):
    """A limit of which at least the lowest part is used now."""

    line: LineShown
    percent: int


class NearEnd(msgspec.Struct, frozen=True, kw_only=True):
    """A key that ends soon."""

    id: str
    name: str
    expires_at: str


class AlertState(msgspec.Struct, frozen=True, kw_only=True):
    """What is above a threshold now, and who is told."""

    type: Literal["alert_state"] = "alert_state"
    percents: Sequence[int]
    expiry_days: int
    reaches_members: bool
    limits: Sequence[NearLimit]
    keys: Sequence[NearEnd]


class TestAlerts(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Who shall get a test notice: the organization's own people, or every channel of the operator's."""

    to: Annotated[Literal["members", "channels"], msgspec.Meta(description="`channels` is for the operator alone")] = "members"


class AlertsTested(msgspec.Struct, frozen=True, kw_only=True):
    """Who took it."""

    type: Literal["alert_test"] = "alert_test"
    sent: Sequence[SentShown]


def shown(told: Told) -> AlertShown:
    """Show an alert in both languages."""
    subject, text = words_of(told.topic, told.facts, "en")
    subject_zh, text_zh = words_of(told.topic, told.facts, "zh")
    return AlertShown(
        topic=told.topic,
        organization_id=told.organization_id,
        told_at=iso(told.time_us),
        subject=subject,
        text=text,
        subject_zh=subject_zh,
        text_zh=text_zh,
        facts=told.facts,
        told_members=bool(told.facts.get("ends_us")),
    )


async def of_organization(call: Call, asked: ByCursor) -> CursorPage[AlertShown]:
    """List what was told of the organization."""
    return await page(call, asked, call.organization_id)


async def of_all(call: Call, asked: ByCursor) -> CursorPage[AlertShown]:
    """List what was told of anything."""
    return await page(call, asked, None)


async def page(call: Call, asked: ByCursor, organization_id: str | None) -> CursorPage[AlertShown]:
    """Return a page, the newest first."""
    skip = 0 if asked.page is None else position_of(asked.page, LIST)
    found = await call.services.alerts.latest(organization_id, asked.limit + 1, skip)
    kept = found[: asked.limit]
    return CursorPage([shown(told) for told in kept], cursor(LIST, skip + len(kept)) if len(found) > len(kept) else None)


async def state(call: Call, _: Nothing) -> AlertState:
    """Show what is above a threshold."""
    desk, now_us = call.services.alerts, call.clock.now_us()
    lines = await lines_of(call)
    uses = await call.services.use_now(call.organization_id, [line for line, _ in lines])
    near = [near_limit(line, source, use) for (line, source), use in zip(lines, uses, strict=True) if use is not None]
    lowest = min(desk.percents, default=WHOLE)
    records = await call.services.keys.every()
    return AlertState(
        percents=list(desk.percents),
        expiry_days=desk.expiry_days,
        reaches_members=desk.reaches_members,
        limits=sorted((one for one in near if one.percent >= lowest), key=lambda one: -one.percent),
        keys=[near_end(one) for one in records if ends_soon(one, call.organization_id, now_us, desk.expiry_days)],
    )


def near_limit(line: Line, source: Literal["plan", "set"], use: Standing) -> NearLimit:
    """Return how much of a limit is used."""
    value = line.limit.value
    return NearLimit(line=shown_line(line, source, use), percent=max(value - use.remaining, 0) * WHOLE // value if value else 0)


def ends_soon(record: KeyRecord, organization_id: str, now_us: int, days: int) -> bool:
    """Whether it is a key of the organization's that somebody must renew soon."""
    if record.organization_id != organization_id or record.expires_at_us is None or record.role is not None:
        return False
    ended = any(mark is not None for mark in (record.revoked_at_us, record.inactive_at_us, record.replaced_by))
    return not ended and now_us < record.expires_at_us <= now_us + days * DAY_US


def near_end(record: KeyRecord) -> NearEnd:
    """Return a key that ends soon."""
    assert record.expires_at_us is not None  # noqa: S101  (ends_soon has looked)
    return NearEnd(id=record.key_id, name=record.name, expires_at=iso(record.expires_at_us))


async def channels(call: Call, _: Nothing) -> CursorPage[ChannelShown]:
    """List channels."""
    return CursorPage(call.services.alerts.channels(), None)


async def test(call: Call, asked: TestAlerts) -> AlertsTested:
    """Send a test notice."""
    desk = call.services.alerts
    if asked.to == "members":
        return AlertsTested(sent=await desk.try_members(call.organization_id))
    if not call.may(Action.SYSTEM_READ):
        raise Forbidden("to: only the role operator may try the channels of the gateway")
    return AlertsTested(sent=await desk.try_channels())


OPERATIONS = (
    Operation(
        method="GET",
        path=PATH,
        name="alerts.list",
        summary="List what the organization's people and the operator were told of the organization, the newest first",
        action=Action.ALERT_READ,
        handler=of_organization,
        asked=ByCursor,
        answer=CursorPage[AlertShown],
    ),
    Operation(
        method="GET",
        path=f"{PATH}/all",
        name="alerts.all",
        summary="List what was told of all organizations and of the gateway itself, the newest first",
        action=Action.SYSTEM_READ,
        handler=of_all,
        asked=ByCursor,
        answer=CursorPage[AlertShown],
    ),
    Operation(
        method="GET",
        path=f"{PATH}/state",
        name="alerts.state",
        summary="Show which limits are above a threshold now, which keys end soon, and who is told",
        action=Action.ALERT_READ,
        handler=state,
        answer=AlertState,
    ),
    Operation(
        method="GET",
        path=f"{PATH}/channels",
        name="alert_channels.list",
        summary="List the channels by which the operator is told, without their addresses' secrets",
        action=Action.SYSTEM_READ,
        handler=channels,
        answer=CursorPage[ChannelShown],
    ),
    Operation(
        method="POST",
        path=f"{PATH}/test",
        name="alerts.test",
        summary="Send a test notice to the organization's own people, or (operator) through every channel",
        action=Action.ALERT_TEST,
        handler=test,
        asked=TestAlerts,
        answer=AlertsTested,
    ),
)
