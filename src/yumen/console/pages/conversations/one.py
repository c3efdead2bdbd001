"""One conversation as it was said; reading it is written into the audit log."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import msgspec
from starlette.responses import Response

from yumen.console.pages.conversations.listing import workspaces_of
from yumen.console.pages.conversations.said import PART_SENTENCES, ROLE_SENTENCES, STATE_SENTENCES, Message, messages_of, pretty_text
from yumen.errors import InvalidRequest
from yumen.organizations.permissions import Action

if TYPE_CHECKING:
    from yumen.console.pages.visit import Visit

NANO = 1_000_000_000
AT_ONCE = 50
"""Turns of a page."""
ENDINGS = {
    "json": ("json", "application/json"),
    "jsonl": ("jsonl", "application/x-ndjson"),
    "markdown": ("md", "text/markdown; charset=utf-8"),
}
UNFIT = re.compile(r"[^0-9A-Za-z._-]+")


class Turn(msgspec.Struct, frozen=True):
    """A turn, and what was said in it."""

    row: Any
    """As the admin API shows it."""
    messages: list[Message]
    cost_nanousd: int | None


async def show(visit: Visit) -> Response:
    """Show some of its turns."""
    after = visit.query.get("after", "0")
    asked = {"after_turn": after, "limit": AT_ONCE}
    read = await visit.do("conversations.retrieve", asked, conversation_id=visit.path["session_id"])
    here = f"/conversations/{read.conversation.id}"
    return await visit.show(
        "conversations/one.html",
        conversation=read.conversation,
        workspaces=await workspaces_of(visit),
        system=pretty_text(read.system),
        tools=pretty_text(read.tools),
        summary=messages_of(read.summary),
        turns=[Turn(row, messages_of(row.messages), nano_of(row.cost_usd)) for row in read.turns],
        here=here,
        first=here if after != "0" else None,
        later=f"{here}?after={read.turns[-1].number}" if read.has_more else None,
        parts=PART_SENTENCES,
        roles=ROLE_SENTENCES,
        states=STATE_SENTENCES,
        may_change=visit.may(Action.CONVERSATION_DELETE),
        may_requests=visit.may(Action.REQUEST_READ),
    )


def nano_of(dollars: str | None) -> int | None:
    """Return a cost that the admin API wrote, in nano-dollars."""
    return None if dollars is None else int(Decimal(dollars) * NANO)


async def export(visit: Visit) -> Response:
    """Send all of it as a file."""
    asked = {"format": visit.query.get("format", "json")}
    done = await visit.do("conversations.export", asked, conversation_id=visit.path["session_id"])
    ending, kind = ENDINGS[done.format]
    name = UNFIT.sub("-", done.name) + f".{ending}"
    return Response(done.text, headers={"content-disposition": f'attachment; filename="{name}"'}, media_type=kind)


async def submit(visit: Visit) -> Response:
    """Copy it, or delete it."""
    conversation_id, act = visit.path["session_id"], visit.form.text("act")
    if act == "fork":
        copy = await visit.do("conversations.fork", {"name": visit.form.text("name")}, conversation_id=conversation_id)
        return visit.go(f"/conversations/{copy.id}", notice=visit.say("This is the copy “{name}”.", name=copy.name))
    if act == "delete":
        gone = await visit.do("conversations.delete", conversation_id=conversation_id)
        return visit.go("/conversations", notice=visit.say("The conversation “{name}” is deleted.", name=gone.name))
    raise InvalidRequest("act: there is no such act")
