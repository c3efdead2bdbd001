"""The ledger: filtered, page by page, live, and exported."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

import msgspec

from yumen.console.pages.page import Page
from yumen.console.pages.requests.asked import (
    OUTCOME_SENTENCES,
    OWN,
    SPAN_SENTENCES,
    STATUS_SENTENCES,
    USUAL_SPAN,
    asked_of,
    kept,
)
from yumen.errors import Fault
from yumen.ledger.shown import LogLine
from yumen.organizations.permissions import Action

if TYPE_CHECKING:
    from decimal import Decimal

    from starlette.responses import Response

    from yumen.console.pages.visit import Visit

AT_ONCE = 50
CHOICES = 300
"""Keys, workspaces and people in a choice; with more, whoever wants one comes from its own page."""
GOOD_BELOW, WARN_BELOW = 400, 500


class Row(msgspec.Struct, frozen=True):
    """A request as a row."""

    line: LogLine
    key_name: str
    colour: str
    """Of its status."""
    cost_nanousd: int | None
    duration_us: int | None
    ttft_us: int | None


def row_of(line: LogLine, names: dict[str, str]) -> Row:
    """Return a request as a row."""
    colour = "good" if 0 < line.status < GOOD_BELOW else "warn" if 0 < line.status < WARN_BELOW else "bad"
    name = names.get(line.key_id, line.key_id)
    return Row(line, name, colour, thousands(line.cost_microusd), thousands(line.duration_ms), thousands(line.ttft_ms))


def thousands(value: Decimal | None) -> int | None:
    """Return a thousandth as whole numbers: milliseconds as microseconds."""
    return None if value is None else int(value * 1000)


async def show(visit: Visit) -> Response:
    """Show a page of the ledger."""
    keys = {key.id: key.name for key in (await visit.do("api_keys.list", {"limit": 1000})).data}
    few = dict(sorted(keys.items(), key=lambda each: each[1])[:CHOICES])
    page: Any = None
    try:
        asked = asked_of(visit.query, visit.services.clock.now_us())
        page = await visit.do("requests.list", {**asked, "limit": AT_ONCE, **({"page": at} if (at := visit.query.get("page")) else {})})
    except Fault as fault:
        visit.problem, visit.status = visit.locale.words.fault(fault), fault.status
    older = link("/requests", kept(visit.query, page=page.next_page)) if page and page.next_page else None
    return await visit.show(
        "requests/list.html",
        rows=[row_of(line, keys) for line in page.data] if page else [],
        looked_back_to=page.looked_back_to if page else None,
        older=older,
        newest=link("/requests", kept(visit.query)) if visit.query.get("page") else None,
        keys=list(few.items()),
        key_names={key_id: name for key_id, name in keys.items() if key_id in few or key_id == visit.query.get("key")},
        narrowed=bool([name for name in OWN if visit.query.get(name)]),
        finer=bool([name for name in OWN if name not in {"search", "key", "status", "span"} and visit.query.get(name)]),
        may_cost=visit.may(Action.COST_READ),
        spans=SPAN_SENTENCES,
        span=visit.query.get("span") or USUAL_SPAN,
        statuses=STATUS_SENTENCES,
        outcomes=OUTCOME_SENTENCES,
        live=link("/requests/live", kept(visit.query)),
        csv=link("/requests/export", kept(visit.query, format="csv")),
        jsonl=link("/requests/export", kept(visit.query, format="jsonl")),
        **await choices(visit),
        modules=["requests.js"],
    )


async def choices(visit: Visit) -> dict[str, list[tuple[str, str]]]:
    """Return the workspaces and people that can be chosen."""
    workspaces = (await visit.do("workspaces.list", {"limit": CHOICES, "include_archived": "true"})).data
    people = (await visit.do("users.list", {"limit": CHOICES})).data
    return {"workspaces": [(each.id, each.name) for each in workspaces], "people": [(each.id, each.name) for each in people]}


def link(path: str, query: dict[str, str]) -> str:
    """Return an address with its parameters."""
    return f"{path}?{urlencode(query)}" if query else path


async def export(visit: Visit) -> Response:
    """Send all that fit the filters as a file."""
    asked = asked_of(visit.query, visit.services.clock.now_us())
    answer: Response = await visit.do("requests.export", {**asked, "format": visit.query.get("format", "jsonl")})
    return answer


async def live(visit: Visit) -> Response:
    """Send each new one that fits the filters."""
    asked = asked_of(visit.query, visit.services.clock.now_us())
    del asked["starting_at"]
    if seconds := visit.query.get("for"):
        asked["seconds"] = seconds
    if last := visit.request.headers.get("last-event-id") or visit.query.get("last"):
        asked["last_event_id"] = last
    answer: Response = await visit.do("requests.live", asked)
    return answer


PAGES = (
    Page(path="/requests", access=Action.REQUEST_READ, show=show),
    Page(path="/requests/export", access=Action.REQUEST_READ, show=export),
    Page(path="/requests/live", access=Action.REQUEST_READ, show=live),
)
