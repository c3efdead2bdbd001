"""The list of workspaces, and making one."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from yumen.clock import iso
from yumen.console.pages.overview.charts import nano
from yumen.console.pages.overview.spans import SPANS, stretch_of
from yumen.console.pages.page import Page
from yumen.organizations.permissions import Action

if TYPE_CHECKING:
    from starlette.responses import Response

    from yumen.console.pages.visit import Visit

MOST = 1000
ENVIRONMENT_SENTENCES = {"production": "Production", "staging": "Staging"}


async def show(visit: Visit) -> Response:
    """Show the list."""
    archived = visit.query.get("archived") == "1"
    page = await visit.do("workspaces.list", {"limit": MOST, "include_archived": archived})
    week = stretch_of(SPANS["7d"], visit.services.clock.now_us())
    asked = {"starting_at": iso(week.since_us), "bucket_width": week.span.width, "group_by": ["workspace_id"]}
    series = await visit.do("usage_series.list", asked)
    return await visit.show(
        "workspaces/list.html",
        workspaces=page.data,
        archived=archived,
        used={total.workspace_id: total for total in series.totals},
        keys=await keys_by_workspace(visit),
        environments=ENVIRONMENT_SENTENCES,
        may_make=visit.may(Action.WORKSPACE_CREATE),
        may_cost=visit.may(Action.COST_READ),
        dollars=lambda text: visit.locale.money(nano(text)),
    )


async def keys_by_workspace(visit: Visit) -> Counter[str] | None:
    """Return how many keys that work each workspace has; None for whoever may not see keys."""
    if not visit.may(Action.API_KEY_READ):
        return None
    counted: Counter[str] = Counter()
    asked = {"limit": MOST, "status": "active", "kind": "api"}
    while True:
        page = await visit.do("api_keys.list", asked)
        counted.update(key.scope.workspace_id for key in page.data)
        if not page.has_more:
            return counted
        asked["after_id"] = page.last_id


async def show_new(visit: Visit) -> Response:
    """Ask what the new workspace shall be."""
    return await visit.show("workspaces/new.html", environments=list(ENVIRONMENT_SENTENCES.items()))


async def make(visit: Visit) -> Response:
    """Make a workspace and go to it."""
    asked = {"name": visit.form.text("name"), "environment": visit.form.text("environment", "production")}
    made = await visit.do("workspaces.create", asked)
    return visit.go(f"/workspaces/{made.id}", visit.say("The workspace {name} is there.", name=made.name))


PAGES = (
    Page(path="/workspaces", access=Action.WORKSPACE_READ, show=show),
    Page(path="/workspaces/new", access=Action.WORKSPACE_CREATE, show=show_new, submit=make),
)
