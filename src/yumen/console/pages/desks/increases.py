"""Requests for more at the operator's desk: granted whole or changed, or declined with an answer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from yumen.console.pages.limit_forms import KIND_SENTENCES, SPEND, said, value_of
from yumen.console.pages.page import Page
from yumen.console.pages.turning import neighbours, place_of
from yumen.organizations.permissions import Action

if TYPE_CHECKING:
    from starlette.responses import Response

    from yumen.console.api.increases import IncreaseShown, WantedLimitShown
    from yumen.console.pages.forms import Form
    from yumen.console.pages.visit import Visit

FILTERS = ("status",)
OPEN = "open"
EVERYTHING = "all"
MOST = 1000
STATUS_SENTENCES = {"open": "Waiting for you", "approved": "Approved", "declined": "Declined"}
CHOICE_SENTENCES = {**STATUS_SENTENCES, EVERYTHING: "All"}
COLOURS = {"open": "warn", "approved": "good", "declined": "bad"}
SCOPE_SENTENCES = {
    "organization": "The whole organization",
    "workspace": "Workspace",
    "key": "API key",
    "member": "Member",
    "label": "Label",
}


async def show(visit: Visit) -> Response:
    """Show those that are open, or what else is wanted."""
    status = visit.query.get("status", OPEN)
    asked = place_of(visit.query) | {"all": True} | ({} if status == EVERYTHING else {"status": status})
    page = await visit.do("increase_requests.list", asked)
    organizations = (await visit.do("organizations.list", {"limit": MOST})).data
    return await visit.show(
        "desks/increases.html",
        increases=page.data,
        organizations={one.id: one for one in organizations},
        said=said,
        status=status,
        choices=CHOICE_SENTENCES,
        statuses=STATUS_SENTENCES,
        colours=COLOURS,
        scopes=SCOPE_SENTENCES,
        kinds=KIND_SENTENCES,
        spends=SPEND,
        **neighbours("/increases", visit.query, page, FILTERS),
    )


async def approve(visit: Visit) -> Response:
    """Grant what the form says, which was filled with what is asked for."""
    increase = await visit.do("increase_requests.retrieve", increase_request_id=visit.path["increase_request_id"])
    asked: dict[str, Any] = {"granted": granted(visit.form, increase)}
    answer = visit.form.maybe(f"answer-{increase.id}")
    if answer is not None:
        asked["answer"] = answer
    await visit.do("increase_requests.approve", asked, increase_request_id=increase.id)
    return visit.go("/increases", notice=visit.say("Granted: it is in force within a second, and whoever asked is told."))


async def decline(visit: Visit) -> Response:
    """Decline, with the reason."""
    request_id = visit.path["increase_request_id"]
    asked = {"answer": visit.form.text(f"reason-{request_id}")}
    await visit.do("increase_requests.decline", asked, increase_request_id=request_id)
    return visit.go("/increases", notice=visit.say("Declined: whoever asked is told why."))


def granted(form: Form, increase: IncreaseShown) -> dict[str, Any]:
    """Return what a form grants of a request: each limit that has a value, with that; the rest as its boxes say."""
    values = [(wanted, form.text(f"value-{increase.id}-{place}")) for place, wanted in enumerate(increase.wanted.limits)]
    return {
        "limits": [limit_with(wanted, value) for wanted, value in values if value],
        "isolation": form.ticked(f"isolation-{increase.id}"),
        "policy": form.maybe(f"policy-{increase.id}"),
    }


def limit_with(wanted: WantedLimitShown, value: str) -> dict[str, Any]:
    """Return a limit as it is asked for, with another value. Raises OperatorError."""
    limit = {name: field for name, field in msgspec.structs.asdict(wanted.limit).items() if field is not msgspec.UNSET}
    return {"scope": msgspec.structs.asdict(wanted.scope), "limit": limit | {"value": value_of(wanted.limit.kind, value)}}


AT = "/increases/{increase_request_id}"
PAGES = (
    Page(path="/increases", access=Action.INCREASE_DECIDE, show=show),
    Page(path=f"{AT}/approve", access=Action.INCREASE_DECIDE, show=show, submit=approve),
    Page(path=f"{AT}/decline", access=Action.INCREASE_DECIDE, show=show, submit=decline),
)
