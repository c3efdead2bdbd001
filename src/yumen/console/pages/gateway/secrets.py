"""The page of secrets: every reference of the settings and what it leads to; the values are shown to nobody."""

from __future__ import annotations

from typing import TYPE_CHECKING

from yumen.console.pages.page import Page
from yumen.organizations.permissions import Action

if TYPE_CHECKING:
    from starlette.responses import Response

    from yumen.console.pages.visit import Visit

STATE_SENTENCES = {
    "ok": "ok",
    "missing": "missing",
    "forbidden": "forbidden",
    "unreachable": "unreachable",
    "unfit": "unfit",
    "invalid": "invalid",
}
COLOURS = {"ok": "good", "unreachable": "warn"}
RENEWAL_SENTENCES = {
    "scheduled": "automatically",
    "when_needed": "when needed",
    "at_start": "when the gateway restarts",
}


async def show(visit: Visit) -> Response:
    """Show every reference by the last look."""
    return await visit.show(
        "gateway/secrets.html",
        secrets=(await visit.do("secrets.list")).data,
        states=STATE_SENTENCES,
        colours=COLOURS,
        renewals=RENEWAL_SENTENCES,
    )


async def look_again(visit: Visit) -> Response:
    """Ask every store again."""
    found = (await visit.do("secrets.check")).data
    wrong = sum(one.state != "ok" for one in found)
    if wrong:
        return visit.go("/secrets", visit.say("Checked again. References that cannot be used: {count}.", count=wrong))
    return visit.go("/secrets", visit.say("Checked again: every reference can be used."))


PAGES = (Page(path="/secrets", access=Action.SECRET_READ, show=show, submit=look_again),)
