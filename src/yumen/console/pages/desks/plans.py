"""Plans at the operator's desk: the named sets of limits that organizations are on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from yumen.console.pages.desks.organizations import MOST_PLANS
from yumen.console.pages.limit_forms import limits_of, rows, said
from yumen.console.pages.page import Page
from yumen.organizations.permissions import Action

if TYPE_CHECKING:
    from starlette.responses import Response

    from yumen.console.pages.visit import Visit


async def show_list(visit: Visit) -> Response:
    """Show all plans."""
    plans = (await visit.do("plans.list", {"limit": MOST_PLANS})).data
    return await visit.show("desks/plans.html", plans=[(plan, [said(visit, limit) for limit in plan.limits]) for plan in plans])


async def show_form(visit: Visit) -> Response:
    """Ask what the new plan shall be."""
    return await visit.show("desks/plan.html", plan=None, limits=rows(()))


async def make(visit: Visit) -> Response:
    """Make it."""
    made = await visit.do("plans.create", {"name": visit.form.text("name"), **sent(visit)})
    return visit.go("/plans", notice=visit.say("The plan {name} is there.", name=made.id))


async def show_one(visit: Visit) -> Response:
    """Show a plan, to be changed."""
    plan = await visit.do("plans.retrieve", plan=visit.path["plan"])
    return await visit.show("desks/plan.html", plan=plan, limits=rows(plan.limits))


async def change(visit: Visit) -> Response:
    """Change it, for all organizations that are on it."""
    await visit.do("plans.update", sent(visit), plan=visit.path["plan"])
    return visit.go("/plans", notice=visit.say("The plan {name} is changed: it holds from within a second on.", name=visit.path["plan"]))


async def delete(visit: Visit) -> Response:
    """Delete it, where nobody is on it."""
    await visit.do("plans.delete", plan=visit.path["plan"])
    return visit.go("/plans", notice=visit.say("The plan {name} is gone.", name=visit.path["plan"]))


def sent(visit: Visit) -> dict[str, Any]:
    """Return what the form says of a plan."""
    form = visit.form
    return {
        "limits": limits_of(form),
        "isolation": form.ticked("isolation"),
        "description": form.text("description"),
        "description_zh": form.text("description_zh"),
    }


PAGES = (
    Page(path="/plans", access=Action.PLAN_UPDATE, show=show_list),
    Page(path="/plans/new", access=Action.PLAN_UPDATE, show=show_form, submit=make),
    Page(path="/plans/{plan}", access=Action.PLAN_UPDATE, show=show_one, submit=change),
    Page(path="/plans/{plan}/delete", access=Action.PLAN_UPDATE, show=show_one, submit=delete),
)
