"""One key: what it is and was used for, its restrictions and limits, and who uses it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from yumen.console.pages.keys.asked import EXPIRY_SENTENCES, KEPT
from yumen.console.pages.keys.figures import DAYS, figures_of, last_used
from yumen.console.pages.keys.making import FAMILIES, MODULES, place_of_visitor
from yumen.console.pages.keys.shown import CONTENT_SENTENCES, shuts_out, standing_of, workspace_id_of, workspaces_of
from yumen.console.pages.limit_forms import KIND_SENTENCES, rows
from yumen.console.pages.page import Page
from yumen.console.pages.times import us_of_text
from yumen.errors import Forbidden, NotFound
from yumen.ledger.callers import MOST
from yumen.organizations.permissions import Action

if TYPE_CHECKING:
    from starlette.responses import Response

    from yumen.console.api.api_keys import KeyShown
    from yumen.console.pages.keys.figures import Figures
    from yumen.console.pages.visit import Visit

SECOND_US = 1_000_000
NEW_US = 86_400_000_000
"""Whoever came first within this time is marked as new."""
FIRST_LINES = 25
"""Of callers, that stand open; all others are behind a fold."""
PERIODS = (1, 7, 30, 90)
USUAL_PERIOD = "7"
MOST_LIMITS = 1000
RECENT = 8
GRACE_SENTENCES = {"0": "At once", "3600": "After an hour", "86400": "After a day", "604800": "After a week", "2592000": "After 30 days"}
KEEP_SENTENCES = {KEPT: "As it is"}


async def show(visit: Visit) -> Response:
    """Show what the key is and was used for."""
    key = await key_of(visit)
    figures = (await figures_of(visit, [key.id]))[key.id]
    workspaces = await workspaces_of(visit)
    return await visit.show(
        "keys/one.html",
        **head(visit, key),
        workspace=workspaces.get(workspace_id_of(key)),
        figures=figures,
        days=DAYS,
        last_used_at=(await last_used(visit, [key.id])).get(key.id),
        content=CONTENT_SENTENCES[key.content],
        maker=await maker_of(visit, key),
        charts=charts_of(visit, figures),
        recent=await recent_of(visit, key),
        modules=["charts.js"],
    )


async def show_settings(visit: Visit) -> Response:
    """Show what the key may do, to be changed."""
    key = await key_of(visit)
    asked = {"scope_kind": "key", "scope_id": key.id, "limit": MOST_LIMITS}
    lines = (await visit.do("limits.list", asked)).data
    return await visit.show(
        "keys/settings.html",
        **head(visit, key),
        lines=lines,
        shut_out=shuts_out(key.restrictions.addresses or (), visit.call.actor.address),
        kinds=KIND_SENTENCES,
        modules=MODULES,
        limits=rows(line.limit for line in lines),
        may_limit=visit.may(Action.LIMIT_UPDATE),
        families=FAMILIES,
        contents=CONTENT_SENTENCES,
        expiries=KEEP_SENTENCES | EXPIRY_SENTENCES,
        **place_of_visitor(visit),
    )


async def show_callers(visit: Visit) -> Response:
    """Show who uses the key, from where."""
    key = await key_of(visit)
    days = visit.query.get("days", "")
    days = days if days in map(str, PERIODS) else USUAL_PERIOD
    found = await visit.do("api_keys.callers", {"days": days}, api_key_id=key.id)
    new_from_us = visit.services.clock.now_us() - NEW_US
    is_old = (us_of_text(key.created_at) or 0) < new_from_us
    newcomers = [one for one in found.data if is_old and (us_of_text(one.first_seen_at) or 0) >= new_from_us]
    return await visit.show(
        "keys/callers.html",
        **head(visit, key),
        callers=found.data,
        addresses=len({one.address for one in found.data}),
        programs=len({one.user_agent for one in found.data}),
        requests=sum(one.requests for one in found.data),
        is_cut=len(found.data) >= MOST,
        first=FIRST_LINES,
        periods=PERIODS,
        period=days,
        newcomers=newcomers,
        address=visit.call.actor.address,
    )


def head(visit: Visit, key: KeyShown) -> dict[str, Any]:
    """Return what every page of a key shows."""
    standing = standing_of(key)
    return {
        "key": key,
        "standing": standing,
        "is_own": key.id == visit.call.caller.key_id,
        "may_change": visit.may(Action.API_KEY_UPDATE) and not standing.is_gone,
        "may_see_callers": visit.may(Action.REQUEST_READ) and key.kind == "api",
        "may_audit": visit.may(Action.AUDIT_READ),
        "may_cost": visit.may(Action.COST_READ),
        "graces": GRACE_SENTENCES,
    }


async def key_of(visit: Visit) -> KeyShown:
    """Return the key that the path names. Raises NotFound."""
    key: KeyShown = await visit.do("api_keys.retrieve", api_key_id=visit.path["api_key_id"])
    return key


async def recent_of(visit: Visit, key: KeyShown) -> list[Any]:
    """Return the key's last requests, of the last days; none where the visitor may not see them."""
    if key.kind != "api" or not visit.may(Action.REQUEST_READ):
        return []
    found: list[Any] = (await visit.do("requests.list", {"api_key_id": key.id, "limit": RECENT})).data
    return found


async def maker_of(visit: Visit, key: KeyShown) -> str | None:
    """Return the name of who made the key, as far as that can be told."""
    if key.created_by is None:
        return None
    try:
        user = await visit.do("users.retrieve", user_id=key.created_by.id)
    except (Forbidden, NotFound):  # who left is no member any more
        return key.created_by.id
    return str(user.name)


def charts_of(visit: Visit, figures: Figures) -> list[dict[str, Any]]:
    """Return the charts of the last days: requests, and tokens."""
    times = [day.start_us // SECOND_US for day in figures.days]
    requests = {"label": visit.say("Requests"), "values": [day.requests for day in figures.days]}
    tokens = [
        {"label": visit.say("Input tokens"), "values": [day.input_tokens for day in figures.days]},
        {"label": visit.say("Output tokens"), "values": [day.output_tokens for day in figures.days]},
    ]
    return [
        {
            "id": "requests",
            "title": visit.say("Requests per day"),
            "data": {"times": times, "series": [requests], "unit": "count"},
            "kind": "bars",
        },
        {
            "id": "tokens",
            "title": visit.say("Tokens per day"),
            "data": {"times": times, "series": tokens, "unit": "tokens"},
            "kind": "stack",
        },
    ]


PAGES = (
    Page(path="/keys/{api_key_id}", access=Action.API_KEY_READ, show=show),
    Page(path="/keys/{api_key_id}/callers", access=Action.REQUEST_READ, show=show_callers),
)
