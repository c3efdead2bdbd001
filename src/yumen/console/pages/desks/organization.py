"""One organization at the operator's desk: its plan, whether its keys work, whether it stands apart, and its end."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from yumen.console.pages.cookies import ORGANIZATION
from yumen.console.pages.desks.organizations import KIND_SENTENCES, MOST_PLANS
from yumen.console.pages.dispatch import wants_json
from yumen.console.pages.limit_forms import said
from yumen.console.pages.page import Page
from yumen.errors import OperatorError
from yumen.organizations.permissions import Action
from yumen.organizations.values import DEFAULT_ORGANIZATION

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from starlette.responses import Response

    from yumen.console.pages.visit import Visit

MODULES = ("desks.js",)
CONTENT_SENTENCES = {"": "As it is", "no": "Never: delete what is stored", "yes": "Where its keys and conversations ask for it, encrypted"}
WISHES: dict[str, bool | None] = {"": None, "no": False, "yes": True}
DONE_SENTENCES = {
    "suspend": "{name} is suspended: its keys are refused from within a second on.",
    "resume": "{name} goes on: its keys work again from within a second on.",
}


async def show(visit: Visit) -> Response:
    """Show it."""
    organization = await visit.do("organizations.retrieve", organization_id=visit.path["organization_id"])
    plans = {plan.id: plan for plan in (await visit.do("plans.list", {"limit": MOST_PLANS})).data}
    plan = plans.get(organization.plan)
    return await visit.show(
        "desks/organization.html",
        organization=organization,
        kinds=KIND_SENTENCES,
        plans=list(plans),
        limits=[] if plan is None else [said(visit, limit) for limit in plan.limits],
        may_be_isolated=plan is not None and plan.isolation,
        contents=CONTENT_SENTENCES,
        is_default=organization.id == DEFAULT_ORGANIZATION,
        modules=MODULES,
    )


async def change(visit: Visit) -> Response:
    """Change its name and plan."""
    form, organization_id = visit.form, visit.path["organization_id"]
    asked = {"name": form.text("name"), "plan": form.text("plan"), "time_zone": form.text("time_zone")}
    await visit.do("organizations.update", asked, organization_id=organization_id)
    return visit.go(f"/organizations/{organization_id}", notice=visit.say("Saved. It holds from within a second on."))


def turn(act: str) -> Callable[[Visit], Awaitable[Response]]:
    """Return what suspends it, or lets it go on."""

    async def submit(visit: Visit) -> Response:
        organization = await visit.do(f"organizations.{act}", organization_id=visit.path["organization_id"])
        return visit.go(f"/organizations/{organization.id}", notice=visit.say(DONE_SENTENCES[act], name=organization.name))

    return submit


async def isolate(visit: Visit) -> Response:
    """Give it a database of its own; the page's script asks meanwhile how far that is."""
    organization_id = visit.path["organization_id"]
    wish = {"keeps_content": WISHES.get(visit.form.text("keeps_content"))}
    done = await visit.do("organizations.isolate", wish, organization_id=organization_id)
    notice = visit.say("It stands apart now: {rows} rows have moved to its own database.", rows=visit.locale.number(done.rows_moved))
    return arrived(visit, visit.go(f"/organizations/{organization_id}", notice=notice))


async def erase(visit: Visit) -> Response:
    """Erase it, where its name was typed."""
    organization = await visit.do("organizations.retrieve", organization_id=visit.path["organization_id"])
    if visit.form.text("word") != organization.name.strip():
        raise OperatorError("type the name of the organization to erase it")
    await visit.do("organizations.erase", {"confirm": "erase"}, organization_id=organization.id)
    if visit.organization_id == organization.id:
        visit.jar.drop(ORGANIZATION)
    notice = visit.say("{name} is erased: its keys, its data and its database are gone.", name=organization.name)
    return arrived(visit, visit.go("/organizations", notice=notice))


def arrived(visit: Visit, going: Response) -> Response:
    """Tell a script where to go on; it follows no redirect of its own."""
    return visit.json({"go": going.headers["location"]}) if wants_json(visit) else going


async def show_step(visit: Visit) -> Response:
    """Tell the page's script how far an isolation is."""
    step: Any = await visit.do("organizations.isolation", organization_id=visit.path["organization_id"])
    return visit.json({"step": step.step})


AT = "/organizations/{organization_id}"
PAGES = (
    Page(path=AT, access=Action.ORGANIZATIONS_LIST, show=show, submit=change),
    Page(path=f"{AT}/suspend", access=Action.ORGANIZATION_SUSPEND, show=show, submit=turn("suspend")),
    Page(path=f"{AT}/resume", access=Action.ORGANIZATION_SUSPEND, show=show, submit=turn("resume")),
    Page(path=f"{AT}/isolate", access=Action.ORGANIZATION_ISOLATE, show=show, submit=isolate),
    Page(path=f"{AT}/step", access=Action.ORGANIZATION_ISOLATE, show=show_step),
    Page(path=f"{AT}/erase", access=Action.ORGANIZATION_ERASE, show=show, submit=erase),
)
