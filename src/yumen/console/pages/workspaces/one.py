"""One workspace: its keys, members, limits and usage; renaming and archiving it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from yumen.clock import iso
from yumen.console.pages.limits.lines import lines_of
from yumen.console.pages.limits.names import names_of
from yumen.console.pages.overview.charts import charts_of, nano
from yumen.console.pages.overview.figures import tokens
from yumen.console.pages.overview.spans import SPANS, stretch_of
from yumen.console.pages.page import Page
from yumen.console.pages.workspaces.listing import ENVIRONMENT_SENTENCES, MOST
from yumen.errors import NotFound
from yumen.organizations.permissions import Action

if TYPE_CHECKING:
    from starlette.responses import Response

    from yumen.console.pages.visit import Visit

ROLE_SENTENCES = {
    "workspace_admin": "Administers it",
    "workspace_developer": "Builds with it",
    "workspace_user": "Looks at it",
    "workspace_billing": "Sees what it costs",
}
FIRST_KEYS = 10
"""Of a workspace, that stand on its page; all are in the list of keys."""
GIVEN = ("workspace_developer", "workspace_admin", "workspace_user")
"""The roles that can be given here; the one for billing follows from the role in the organization."""


async def show(visit: Visit) -> Response:
    """Show a workspace."""
    workspace_id = visit.path["workspace_id"]
    workspace = await visit.do("workspaces.retrieve", workspace_id=workspace_id)
    people = {one.id: one for one in (await visit.do("users.list", {"limit": MOST})).data}
    places = (await visit.do("workspaces.members.list", {"limit": MOST}, workspace_id=workspace_id)).data
    found = await visit.do("limits.list", {"scope_kind": "workspace", "scope_id": workspace_id})
    there = {place.user_id for place in places}
    return await visit.show(
        "workspaces/one.html",
        workspace=workspace,
        environment=ENVIRONMENT_SENTENCES[workspace.environment],
        keys=await keys_of(visit, workspace_id),
        places=[(place, people.get(place.user_id)) for place in places],
        absent=[(one.id, f"{one.name} · {one.email}") for one in people.values() if one.id not in there],
        roles=ROLE_SENTENCES,
        given=[(role, ROLE_SENTENCES[role]) for role in GIVEN],
        lines=lines_of(visit, found.data, await names_of(visit)),
        usage=await usage_of(visit, workspace_id),
        may_change=visit.may(Action.WORKSPACE_UPDATE) and workspace.archived_at is None,
        may_make_keys=visit.may(Action.API_KEY_CREATE) and workspace.archived_at is None,
        may_limit=visit.may(Action.LIMIT_UPDATE) and workspace.archived_at is None,
        dollars=lambda text: visit.locale.money(nano(text)),
        tokens=tokens,
        modules=["charts.js"],
    )


async def keys_of(visit: Visit, workspace_id: str) -> Any:  # noqa: ANN401  (a page of the admin API's list)
    """Return the newest keys that work; None for whoever may not see keys."""
    if not visit.may(Action.API_KEY_READ):
        return None
    return await visit.do("api_keys.list", {"limit": FIRST_KEYS, "workspace_id": workspace_id, "status": "active"})


async def usage_of(visit: Visit, workspace_id: str) -> dict[str, Any]:
    """Return what was used in the last seven days, in all and over time."""
    stretch = stretch_of(SPANS["7d"], visit.services.clock.now_us())
    asked = {"starting_at": iso(stretch.since_us), "bucket_width": stretch.span.width, "workspace_ids": [workspace_id]}
    series = await visit.do("usage_series.list", asked)
    return {"total": series.totals[0], "charts": charts_of(visit, stretch, series.data)}


async def act(visit: Visit) -> Response:
    """Do what one of the page's forms asks."""
    doing = DOINGS.get(visit.form.text("do"))
    if doing is None:
        raise NotFound
    return await doing(visit, visit.path["workspace_id"])


async def rename(visit: Visit, workspace_id: str) -> Response:
    """Rename it."""
    workspace = await visit.do("workspaces.update", {"name": visit.form.text("name")}, workspace_id=workspace_id)
    return visit.go(f"/workspaces/{workspace_id}", visit.say("It is called {name} now.", name=workspace.name))


async def archive(visit: Visit, workspace_id: str) -> Response:
    """Close it."""
    workspace = await visit.do("workspaces.archive", workspace_id=workspace_id)
    return visit.go("/workspaces", visit.say("{name} is archived, and its keys are revoked.", name=workspace.name))


async def add_member(visit: Visit, workspace_id: str) -> Response:
    """Put a member into it."""
    asked = {"user_id": visit.form.text("user_id"), "workspace_role": visit.form.text("role")}
    await visit.do("workspaces.members.add", asked, workspace_id=workspace_id)
    return visit.go(f"/workspaces/{workspace_id}", visit.say("The member is in this workspace now."))


async def change_member(visit: Visit, workspace_id: str) -> Response:
    """Give somebody in it another role."""
    user_id = visit.form.text("user_id")
    await visit.do("workspaces.members.update", {"workspace_role": visit.form.text("role")}, workspace_id=workspace_id, user_id=user_id)
    return visit.go(f"/workspaces/{workspace_id}", visit.say("The role is changed."))


async def remove_member(visit: Visit, workspace_id: str) -> Response:
    """Take somebody out of it."""
    await visit.do("workspaces.members.remove", workspace_id=workspace_id, user_id=visit.form.text("user_id"))
    return visit.go(f"/workspaces/{workspace_id}", visit.say("The member is no longer in this workspace."))


DOINGS = {
    "rename": rename,
    "archive": archive,
    "add_member": add_member,
    "change_member": change_member,
    "remove_member": remove_member,
}

PAGES = (Page(path="/workspaces/{workspace_id}", access=Action.WORKSPACE_READ, show=show, submit=act),)
