"""The page of alerts: what is above a threshold now, what was told and to whom, and a notice to try the ways."""

from __future__ import annotations

from typing import TYPE_CHECKING

from yumen.console.pages.limit_forms import KIND_SENTENCES
from yumen.console.pages.limits.names import names_of
from yumen.console.pages.locales import SIMPLIFIED
from yumen.console.pages.page import Page
from yumen.organizations.permissions import Action

if TYPE_CHECKING:
    from starlette.responses import Response

    from yumen.console.pages.visit import Visit

AT_ONCE = 50
CHANNEL_SENTENCES = {
    "mail": "Mail",
    "webhook": "Webhook",
    "dingtalk": "DingTalk robot",
    "feishu": "Feishu robot",
    "wecom": "WeCom robot",
}


async def show(visit: Visit) -> Response:
    """Show what was told, and what would be told now."""
    operator = visit.may(Action.SYSTEM_READ)
    whole = operator and visit.query.get("of") == "all"
    asked = {"limit": AT_ONCE} | ({"page": visit.query["page"]} if visit.query.get("page") else {})
    told = await visit.do("alerts.all" if whole else "alerts.list", asked)
    state = await visit.do("alerts.state")
    return await visit.show(
        "gateway/alerts.html",
        state=state,
        told=told.data,
        older=None if told.next_page is None else f"/alerts?{'of=all&' if whole else ''}page={told.next_page}",
        whole=whole,
        operator=operator,
        channels=(await visit.do("alert_channels.list")).data if operator else [],
        names=CHANNEL_SENTENCES,
        named=await names_of(visit),
        percents=[visit.locale.percent(percent / 100) for percent in state.percents or [100]],
        kinds=KIND_SENTENCES,
        chinese=visit.locale.language == SIMPLIFIED,
        test_action=Action.ALERT_TEST,
    )


async def test(visit: Visit) -> Response:
    """Send a test notice, and say who took it."""
    sent = (await visit.do("alerts.test", {"to": visit.form.text("to", "members")})).sent
    return visit.go("/alerts", "; ".join(outcome(visit, one.name, one.to, one.reason) for one in sent))


def outcome(visit: Visit, name: str, to: str | None, reason: str | None) -> str:
    """Say whether a channel took it."""
    channel = visit.say(CHANNEL_SENTENCES.get(name, name)) + (f" {to}" if to else "")
    if reason is None:
        return visit.say("{channel}: sent", channel=channel)
    return visit.say("{channel}: not sent ({reason})", channel=channel, reason=reason)


PAGES = (Page(path="/alerts", access=Action.ALERT_READ, show=show, submit=test),)
