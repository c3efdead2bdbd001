"""The editor of policies: a new one from a starter or from nothing, tried out before it is saved."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import msgspec

from yumen.console.pages.policies.trial import ACTION_KINDS, KIND_SENTENCES, TRIED_SENTENCES, VERDICT_KINDS, VERDICT_SENTENCES, Trial, tried
from yumen.console.pages.policies.written import FaultyDocument, Line, fields_written, lines_around
from yumen.errors import Fault, OperatorError
from yumen.keys.values import Role
from yumen.organizations.permissions import Action
from yumen.policy.starters import starter_names, starter_text

if TYPE_CHECKING:
    from starlette.responses import Response

    from yumen.console.pages.visit import Visit

STARTER_SENTENCES = {
    "customer-service": "For a service that answers customers: competitors, promises, abuse.",
    "personal-data": "Replaces personal numbers, cards and accounts by placeholders, and restores them in the answer.",
    "secrets": "Keeps API keys, private keys and passwords from leaving.",
}
BLANK = """name = "house-rules"
description = ""

[[rules]]
name = "first"
action = "flag"
words = ["a word"]
why = "What the caller reads where this rule blocks or redacts."
"""


class Editor(msgspec.Struct, frozen=True):
    """What stands in the editor, and what came of it."""

    text: str
    faulty: list[Line] = []
    trials: list[Trial] = []


async def may_store(visit: Visit) -> bool:
    """Whether the visitor may store policies: the operator may, people in charge where their plan has policies of its own."""
    if not visit.may(Action.POLICY_UPDATE) or visit.caller is None or visit.organization is None:
        return False
    if visit.caller.role is Role.OPERATOR:
        return True
    plan = await visit.do("plans.retrieve", plan=visit.organization.plan)
    return bool(plan.isolation)


async def edited(visit: Visit) -> tuple[dict[str, Any] | None, Editor]:
    """Read the editor's document, and try it out where that was asked for. What is wrong with it becomes the visit's problem."""
    text = visit.form.raw("document")
    try:
        fields = await asyncio.to_thread(fields_written, text)
    except FaultyDocument as faulty:
        tell(visit, faulty)
        return None, Editor(text, lines_around(text, faulty.line))
    if visit.form.text("act") != "test":
        return fields, Editor(text)
    try:
        return None, Editor(text, trials=await tried(visit, fields))
    except (Fault, OperatorError) as fault:
        tell(visit, fault)
        return None, Editor(text)


def tell(visit: Visit, fault: Fault | OperatorError) -> None:
    """Let the page say what is wrong."""
    words = visit.locale.words
    visit.problem = words.fault(fault) if isinstance(fault, Fault) else words.error(fault)
    visit.status = 400


def shown_with(editor: Editor) -> dict[str, object]:
    """Return what the editor's templates are given."""
    return {
        "editor": editor,
        "kinds": KIND_SENTENCES,
        "sides": TRIED_SENTENCES,
        "verdicts": VERDICT_SENTENCES,
        "verdict_kinds": VERDICT_KINDS,
        "action_kinds": ACTION_KINDS,
    }


def begun(starter: str) -> str:
    """Return the document that a new policy begins with."""
    return starter_text(starter) if starter in starter_names() else BLANK


async def show(visit: Visit) -> Response:
    """Show the editor with a starter, or with what was sent."""
    text = visit.form.raw("document") if "document" in visit.form else begun(visit.query.get("starter", ""))
    return await shown(visit, Editor(text))


async def shown(visit: Visit, editor: Editor) -> Response:
    """Show the editor."""
    return await visit.show(
        "policies/new.html", starters=STARTER_SENTENCES, may_store=await may_store(visit), operator=is_operator(visit), **shown_with(editor)
    )


async def submit(visit: Visit) -> Response:
    """Try the document out, or save it."""
    fields, editor = await edited(visit)
    if fields is None:
        return await shown(visit, editor)
    for_everybody = is_operator(visit) and visit.form.ticked("for_everybody")
    stored = await visit.do("policies.create", {"document": fields, "for_everybody": for_everybody})
    notice = visit.say("Stored “{name}” as version {version}. Nothing is under it yet.", name=stored.name, version=stored.version)
    return visit.go(f"/policies/{stored.name}", notice=notice)


def is_operator(visit: Visit) -> bool:
    """Whether the visitor runs the gateway."""
    return visit.caller is not None and visit.caller.role is Role.OPERATOR
