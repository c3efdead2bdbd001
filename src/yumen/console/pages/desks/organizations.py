"""All organizations of the gateway: the list, a new one, and the way to look at one as its members do."""

from __future__ import annotations

from typing import TYPE_CHECKING

from yumen.console.pages.cookies import ORGANIZATION
from yumen.console.pages.page import Page
from yumen.console.pages.turning import neighbours, place_of
from yumen.organizations.permissions import Action

if TYPE_CHECKING:
    from starlette.responses import Response

    from yumen.console.pages.visit import Visit

FILTERS = ("name", "plan")
MOST_PLANS = 1000
KIND_SENTENCES = {"enterprise": "Company", "individual": "Individual"}


async def show_list(visit: Visit) -> Response:
    """Show a page of the list."""
    narrowed = {name: visit.query[name] for name in FILTERS if visit.query.get(name)}
    page = await visit.do("organizations.list", place_of(visit.query) | narrowed)
    return await visit.show(
        "desks/organizations.html",
        organizations=page.data,
        kinds=KIND_SENTENCES,
        plans=await plan_names(visit),
        narrowed=bool(narrowed),
        own=visit.call.caller.organization_id,
        **neighbours("/organizations", visit.query, page, FILTERS),
    )


async def show_form(visit: Visit) -> Response:
    """Ask what the new one shall be."""
    return await visit.show("desks/new_organization.html", kinds=KIND_SENTENCES, plans=await plan_names(visit))


async def make(visit: Visit) -> Response:
    """Make it, and go to its page."""
    form = visit.form
    asked = {"name": form.text("name"), "kind": form.text("kind"), "plan": form.text("plan")}
    made = await visit.do("organizations.create", asked)
    return visit.go(f"/organizations/{made.id}", notice=visit.say("{name} is there. Invite its owner next.", name=made.name))


async def look(visit: Visit) -> Response:
    """Let all pages of this browser show that organization."""
    wanted = await visit.do("organizations.retrieve", organization_id=visit.path["organization_id"])
    visit.jar.set(ORGANIZATION, wanted.id)
    return visit.go("/overview")


async def leave(visit: Visit) -> Response:
    """Let all pages show the operator's own organization again."""
    looked_at = visit.organization_id
    visit.jar.drop(ORGANIZATION)
    return visit.go(f"/organizations/{looked_at}")


async def plan_names(visit: Visit) -> list[str]:
    """Return the names of all plans."""
    return [plan.id for plan in (await visit.do("plans.list", {"limit": MOST_PLANS})).data]


PAGES = (
    Page(path="/organizations", access=Action.ORGANIZATIONS_LIST, show=show_list),
    Page(path="/organizations/new", access=Action.ORGANIZATION_CREATE, show=show_form, submit=make),
    Page(path="/organizations/leave", access=Action.ORGANIZATIONS_LIST, show=show_list, submit=leave),
    Page(path="/organizations/{organization_id}/look", access=Action.ORGANIZATIONS_LIST, show=show_list, submit=look),
)
