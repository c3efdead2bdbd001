"""The page that everybody sees first, and the JSON by which it stays up to date."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from yumen.clock import iso
from yumen.console.pages.limits.names import names_of
from yumen.console.pages.overview.charts import KINDS, TITLE_SENTENCES, charts_of
from yumen.console.pages.overview.figures import figures_of
from yumen.console.pages.overview.lists import changes, close_to_limits, top
from yumen.console.pages.overview.spans import BEFORE_SENTENCES, SPAN_SENTENCES, SPANS, Stretch, span_of, stretch_of
from yumen.console.pages.page import Page
from yumen.organizations.permissions import Action

if TYPE_CHECKING:
    from starlette.responses import Response

    from yumen.console.pages.visit import Visit

TOP_SENTENCES = {"models": "By model", "keys": "By key", "workspaces": "By workspace"}
GROUPS = {"models": "model", "keys": "api_key_id", "workspaces": "workspace_id"}


async def show(visit: Visit) -> Response:
    """Show the overview; to an organization that never asked anything, how to begin."""
    stretch = stretch_of(span_of(visit.query.get("span")), visit.services.clock.now_us())
    found = await gathered(visit, stretch)
    name = stretch.span.name
    return await visit.show(
        "overview/overview.html",
        found=found,
        begun=found["requests"] > 0 or await has_begun(visit),
        spans=SPAN_SENTENCES,
        span=stretch.span,
        before=visit.say(BEFORE_SENTENCES[name]),
        titles=TITLE_SENTENCES,
        kinds=KINDS,
        tops=TOP_SENTENCES,
        may_begin=visit.may(Action.API_KEY_CREATE),
        may_audit=visit.may(Action.AUDIT_READ),
        may_cost=visit.may(Action.COST_READ),
        may_changes=visit.may(Action.AUDIT_READ) or visit.may(Action.ALERT_READ),
        modules=["charts.js", "overview.js"],
    )


async def data(visit: Visit) -> Response:
    """Tell the page's script the same, anew."""
    stretch = stretch_of(span_of(visit.query.get("span")), visit.services.clock.now_us())
    return visit.json(await gathered(visit, stretch))


async def gathered(visit: Visit, stretch: Stretch) -> dict[str, Any]:
    """Gather all that the page shows."""
    asked: dict[str, object] = {"starting_at": iso(stretch.since_us), "bucket_width": stretch.span.width}
    since_us, until_us = stretch.before_us
    earlier = {"starting_at": iso(since_us), "ending_at": iso(until_us), "bucket_width": stretch.span.width, "exact": "true"}
    series = await visit.do("usage_series.list", asked)
    before = await visit.do("usage_series.list", earlier)
    names = await names_of(visit)
    return {
        "at": iso(stretch.now_us),
        "requests": series.totals[0].requests,
        "figures": figures_of(visit, series.totals[0], before.totals[0]),
        "charts": charts_of(visit, stretch, series.data),
        "lists": {
            **{name: await top(visit, asked, group, names) for name, group in GROUPS.items()},
            "close": await close_to_limits(visit, names),
            "changes": await changes(visit, names),
        },
    }


async def has_begun(visit: Visit) -> bool:
    """Whether anything was asked within the longest span."""
    stretch = stretch_of(SPANS["30d"], visit.services.clock.now_us())
    series = await visit.do("usage_series.list", {"starting_at": iso(stretch.since_us), "bucket_width": "1d"})
    return bool(series.totals[0].requests)


PAGES = (
    Page(path="/overview", access=Action.USAGE_READ, show=show),
    Page(path="/overview/data", access=Action.USAGE_READ, show=data),
)
