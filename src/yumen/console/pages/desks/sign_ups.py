"""Sign-ups at the operator's desk: who wants an organization and what for, to be approved or declined with a reason."""

from __future__ import annotations

from typing import TYPE_CHECKING

from yumen.console.pages.desks.organizations import KIND_SENTENCES
from yumen.console.pages.page import Page
from yumen.console.pages.turning import neighbours, place_of
from yumen.organizations.permissions import Action

if TYPE_CHECKING:
    from starlette.responses import Response

    from yumen.console.pages.visit import Visit

FILTERS = ("status",)
WAITING = "waiting"
EVERYTHING = "all"
STATUS_SENTENCES = {"waiting": "Waiting for you", "verifying": "Not yet verified", "approved": "Approved", "declined": "Declined"}
CHOICE_SENTENCES = {**STATUS_SENTENCES, EVERYTHING: "All"}
COLOURS = {"waiting": "warn", "verifying": "quiet", "approved": "good", "declined": "bad"}


async def show(visit: Visit) -> Response:
    """Show those that wait, or what else is wanted."""
    status = visit.query.get("status", WAITING)
    asked = place_of(visit.query) | ({} if status == EVERYTHING else {"status": status})
    page = await visit.do("sign_ups.list", asked)
    return await visit.show(
        "desks/sign_ups.html",
        sign_ups=page.data,
        status=status,
        choices=CHOICE_SENTENCES,
        statuses=STATUS_SENTENCES,
        colours=COLOURS,
        kinds=KIND_SENTENCES,
        **neighbours("/sign-ups", visit.query, page, FILTERS),
    )


async def approve(visit: Visit) -> Response:
    """Approve one."""
    done = await visit.do("sign_ups.approve", sign_up_id=visit.path["sign_up_id"])
    return visit.go("/sign-ups", notice=visit.say("{name} may begin: a letter is on its way.", name=done.organization_name))


async def decline(visit: Visit) -> Response:
    """Decline one, with a reason that the applicant is told."""
    done = await visit.do("sign_ups.decline", {"reason": visit.form.text("reason")}, sign_up_id=visit.path["sign_up_id"])
    return visit.go("/sign-ups", notice=visit.say("Declined. {name} is told why.", name=done.name))


PAGES = (
    Page(path="/sign-ups", access=Action.SIGN_UP_READ, show=show),
    Page(path="/sign-ups/{sign_up_id}/approve", access=Action.SIGN_UP_DECIDE, show=show, submit=approve),
    Page(path="/sign-ups/{sign_up_id}/decline", access=Action.SIGN_UP_DECIDE, show=show, submit=decline),
)
