"""One request's life: its time, its attempts, its money, why it ended so, and where to go on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from yumen import errors
from yumen.console.pages.page import Page
from yumen.console.pages.requests.advice import PART_SENTENCES, advice_of
from yumen.console.pages.requests.listing import row_of
from yumen.errors import Fault
from yumen.ledger.timeline import SCOPES
from yumen.organizations.permissions import Action

if TYPE_CHECKING:
    from starlette.responses import Response

    from yumen.console.pages.visit import Visit

BAR_WIDTH = 1000
LEAST_WIDTH = 4
"""So wide is what took next to nothing, to be seen at all."""
REFUSED = frozenset({"RateLimited", "LimitNeverFits", "QuotaExhausted", "SpendLimitReached"})
"""Faults after which somebody may ask for more."""


class Drawn(msgspec.Struct, frozen=True):
    """A part of the time, and where its bar lies."""

    label: str
    begun_us: int
    took_us: int
    x: float
    width: float
    kind: str


async def show(visit: Visit) -> Response:
    """Show it."""
    life = await visit.do("requests.retrieve", request_id=visit.path["request_id"])
    line = life.request
    workspaces = (await visit.do("workspaces.list", {"limit": 1000, "include_archived": "true"})).data
    names = {} if life.key_name is None else {line.key_id: life.key_name}
    return await visit.show(
        "requests/one.html",
        life=life,
        workspace=next((each.name for each in workspaces if each.id == line.workspace_id), None),
        row=row_of(line, names),
        drawn=drawn(visit, life.parts),
        happened=[(moment, told(visit, moment)) for moment in life.timeline],
        bill=[(int((said.amount_microusd or 0) * 1000), said_by(visit, said)) for said in life.bill],
        remarks=[said_by(visit, said) for said in life.remarks],
        limit=None if line.limit_note is None else limit_of(visit, line.limit_note),
        ending=said_by(visit, life.ending),
        fault=fault_message(visit, line.fault),
        advice=advice_of(line.fault, line.status, line.outcome),
        may_ask_for_more=line.fault in REFUSED and visit.may(Action.INCREASE_ASK),
        may_cost=visit.may(Action.COST_READ),
    )


def drawn(visit: Visit, parts: list[Any]) -> list[Drawn]:
    """Return each part with its bar."""
    end_us = max((part.begun_us + part.took_us for part in parts), default=0) or 1
    bars = []
    for part in parts:
        label = visit.say(PART_SENTENCES[part.kind], number=part.number, upstream=part.upstream)
        width = max(part.took_us / end_us * BAR_WIDTH, LEAST_WIDTH)
        x = min(part.begun_us / end_us * BAR_WIDTH, BAR_WIDTH - width)
        bars.append(Drawn(label, part.begun_us, part.took_us, round(x, 1), round(width, 1), "failed" if part.failed else part.kind))
    return bars


def told(visit: Visit, moment: Any) -> str:  # noqa: ANN401  (an answer of the admin API)
    """Say what happened, with the reason of what followed."""
    values = dict(moment.values)
    if "limit" in values:
        values["limit"] = limit_of(visit, values["limit"])
    text = visit.say(moment.sentence, **values)
    if moment.why is None:
        return text
    return visit.say("{what} – {why}; {step}", what=text, why=visit.say(moment.why), step=visit.say(moment.step))


def limit_of(visit: Visit, note: str) -> str:
    """Say which limit it was, as the ledger notes it."""
    kind, _, scope = note.partition(" of the ")
    return visit.say(SCOPES.get(scope, "{limit}"), limit=kind)


def said_by(visit: Visit, said: Any) -> str:  # noqa: ANN401  (the same)
    """Say a sentence of the answer."""
    return visit.say(said.sentence, **said.values)


def fault_message(visit: Visit, name: str | None) -> str | None:
    """Return what a fault says of itself, in the visitor's language."""
    fault = getattr(errors, name or "", None)
    return visit.locale.words.fault(fault()) if isinstance(fault, type) and issubclass(fault, Fault) else None


PAGES = (Page(path="/requests/{request_id}", access=Action.REQUEST_READ, show=show),)
