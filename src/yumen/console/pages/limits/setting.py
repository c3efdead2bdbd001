"""Setting a limit in two steps: what it shall be, and, with what it would have done last week before one's eyes, that it shall be so."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from yumen.console.pages.forms import whole
from yumen.console.pages.limit_forms import KIND_SENTENCES, value_of
from yumen.console.pages.limits.lines import amount, written
from yumen.console.pages.limits.listing import choosable
from yumen.console.pages.limits.names import Named, Names, names_of
from yumen.console.pages.page import Page
from yumen.errors import Fault, NotFound, OperatorError
from yumen.limits.replay import REPLAYED
from yumen.organizations.permissions import Action

if TYPE_CHECKING:
    from starlette.responses import Response

    from yumen.console.api.limit_replay import ReplayShown
    from yumen.console.pages.visit import Visit

MS = 1000
CERTAINTY_SENTENCES = {
    "exact": "Counted exactly.",
    "at_least": "A lower bound: it was counted by the clock's minutes, while the gateway counts any sixty seconds.",
    "estimate": "An estimate: within a minute or an hour the ledger's sums are shared out by proportion.",
}


class Preview(msgspec.Struct, frozen=True):
    """What a limit would have done, in words."""

    requests: str
    highest: str
    refused_requests: str
    refused: str
    share: float | None
    """Of the requests, how many would have been refused."""
    would_refuse: bool
    first_at: str | None
    certainty: str
    hours_left_out: int
    moments: list[tuple[str, str, str]]
    """When, what was used, what of it would have been refused."""


async def show(visit: Visit) -> Response:
    """Show the form; with a value, what it would have done as well."""
    names = await names_of(visit)
    scope, wanted = chosen(visit, names), None
    preview = None
    if visit.sent("value").strip():
        try:
            wanted = limit_of(visit)
            if wanted["kind"] in REPLAYED and scope is not None:
                preview = preview_of(visit, await replayed(visit, scope, wanted))
        except (Fault, OperatorError) as fault:
            visit.problem, visit.status = visit.problem or said(visit, fault), fault.status if isinstance(fault, Fault) else 400
            wanted = None
    return await visit.show(
        "limits/set.html",
        scopes=choosable(names, whole=visit.may(Action.LIMIT_RAISE)),
        kinds=list(KIND_SENTENCES.items()),
        scope=scope,
        wanted=wanted,
        in_words=None if wanted is None else written(visit, wanted["kind"], wanted["value"]),
        label=None if wanted is None else visit.say(KIND_SENTENCES[wanted["kind"]]),
        preview=preview,
    )


def said(visit: Visit, fault: Fault | OperatorError) -> str:
    """Say a fault in the visitor's language."""
    words = visit.locale.words
    return words.fault(fault) if isinstance(fault, Fault) else words.error(fault)


def chosen(visit: Visit, names: Names) -> Named | None:
    """Return what the limit shall be set on; None: nothing was chosen yet."""
    label = visit.sent("label").strip()
    if label:
        return Named("label", label, label, None)
    kind, _, thing_id = visit.sent("scope").partition(":")
    return names.of(kind, thing_id) if thing_id else None


def limit_of(visit: Visit) -> dict[str, Any]:
    """Read the limit that is meant, as operations take it. Raises OperatorError, or NotFound where there is no such kind."""
    kind = visit.sent("kind")
    if kind not in KIND_SENTENCES:
        raise NotFound
    limit: dict[str, Any] = {"kind": kind, "value": value_of(kind, visit.sent("value").strip())}
    waits = visit.sent("wait_s").strip()
    wait_s = whole(waits or "0")
    if wait_s is None:
        raise OperatorError("the seconds to wait are a whole number, not {value}", value=repr(waits))
    return limit | {"mode": visit.sent("mode", "enforce"), "reserve": visit.sent("reserve", "expected"), "wait_ms": wait_s * MS}


async def replayed(visit: Visit, scope: Named, limit: dict[str, Any]) -> ReplayShown:
    """Ask what a limit would have done."""
    found: ReplayShown = await visit.do("limits.replay", {"scope": {"kind": scope.kind, "id": scope.id}, "limit": limit})
    return found


def preview_of(visit: Visit, found: ReplayShown) -> Preview:
    """Return in words what a limit would have done."""
    kind, number = found.limit.kind, visit.locale.number
    return Preview(
        requests=number(found.requests),
        highest=written(visit, kind, found.highest),
        refused_requests=number(found.refused_requests),
        refused=written(visit, kind, found.refused),
        share=found.refused_requests / found.requests if found.requests else None,
        would_refuse=amount(kind, found.refused) > 0,
        first_at=found.first_refused_at,
        certainty=visit.say(CERTAINTY_SENTENCES[found.certainty]),
        hours_left_out=found.hours_left_out,
        moments=[(one.starting_at, written(visit, kind, one.used), written(visit, kind, one.refused)) for one in found.moments],
    )


async def put(visit: Visit) -> Response:
    """Set the limit."""
    scope = chosen(visit, Names([]))
    if scope is None:
        raise OperatorError("choose what the limit shall be set on")
    line = await visit.do("limits.set", {"scope": {"kind": scope.kind, "id": scope.id}, "limit": limit_of(visit)})
    value = written(visit, line.limit.kind, line.limit.value)
    label = visit.say(KIND_SENTENCES[line.limit.kind])
    return visit.go("/limits", visit.say("It is in force: {limit}, {value}.", limit=label, value=value))


PAGES = (Page(path="/limits/set", access=Action.LIMIT_UPDATE, show=show, submit=put),)
