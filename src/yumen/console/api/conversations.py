"""Conversations that the gateway keeps: listed, read, exported, copied and deleted; the audit log says who read which."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal

import msgspec

from yumen.console.api.conversation_fields import (
    ConversationRead,
    ConversationShown,
    read_shown,
    summed_shown,
)
from yumen.console.api.fields import WorkspaceId  # noqa: TC001  (msgspec reads it)
from yumen.console.api.operation import Nothing, Operation
from yumen.console.api.pages import ByCursor, CursorPage, cursor, marked
from yumen.errors import InvalidRequest, NotFound
from yumen.ledger.query import Filter
from yumen.organizations.faults import Unknown
from yumen.organizations.permissions import Action
from yumen.sessions import TurnUsage
from yumen.sessions.export import export
from yumen.sessions.header import NAME
from yumen.sessions.index import Wanted
from yumen.sessions.sealed import SealedPlaces

if TYPE_CHECKING:
    from collections.abc import Sequence

    from yumen.console.api.call import Call
    from yumen.sessions import Session, Turn
    from yumen.sessions.index import SessionIndex, Summed
    from yumen.sessions.remember import FullShelf

ALL = "/v1/organizations/conversations"
ONE = f"{ALL}/{{conversation_id}}"
READ, EXPORT, FORK, DELETE = "conversation.read", "conversation.export", "conversation.fork", "conversation.delete"

Count = Annotated[int, msgspec.Meta(ge=0, le=2**53)]


class AskConversations(ByCursor, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Which conversations."""

    workspace_id: WorkspaceId | None = None
    """Without it, those of all workspaces."""
    name: Annotated[str, msgspec.Meta(min_length=1, max_length=128)] | None = None
    """A part of the name."""


class Position(msgspec.Struct, frozen=True, array_like=True):
    """Where the last conversation of a page stands."""

    used_us: Count
    id: str


class AskTurns(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Which turns."""

    after_turn: Count = 0
    """The number of the last one that was seen."""
    limit: Annotated[int, msgspec.Meta(ge=1, le=1000)] = 50


class AskConversationExport(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """In which form: all that is stored, one message a line, or to be read."""

    format: Literal["json", "jsonl", "markdown"] = "json"


class ConversationExported(msgspec.Struct, frozen=True, kw_only=True):
    """A conversation as text."""

    id: str
    type: Literal["conversation_export"] = "conversation_export"
    name: str
    format: str
    text: str


class ForkConversation(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The copy's name, which no other conversation of the workspace has."""

    name: Annotated[str, msgspec.Meta(min_length=1, max_length=128)]


class ConversationDeleted(msgspec.Struct, frozen=True, kw_only=True):
    """What was deleted, with all its turns."""

    id: str
    type: Literal["conversation_deleted"] = "conversation_deleted"
    name: str


async def owners_of(call: Call) -> list[str]:
    """Return the organization's workspaces, closed ones too: what they kept is still there."""
    return [each.id for each in await call.services.offices.workspaces.every(call.organization_id, archived=True)]


def index_of(call: Call) -> SessionIndex:
    """Return the list of the organization's database."""
    return call.services.session_index.of(call.organization_id)


def shelf_of(call: Call) -> FullShelf:
    """Return what opens the organization's conversations."""
    return SealedPlaces(call.services.sessions, call.services.sealer).of(call.organization_id).shelf


async def meant(call: Call) -> Summed:
    """Return the conversation that the path names. Raises NotFound where the organization has none of that id."""
    return await summed_of(call, call.path["conversation_id"])


async def summed_of(call: Call, conversation_id: str) -> Summed:
    """Return the conversation of that id. Raises NotFound where the organization has none."""
    found = await index_of(call).by_id(await owners_of(call), conversation_id)
    if found is None:
        raise NotFound
    return found


async def read(call: Call, action: str) -> tuple[Summed, Session, tuple[Turn, ...]]:
    """Open the conversation that the path names, and write down who reads it. Raises NotFound, SessionBroken, ContentKeyUnavailable."""
    summed = await meant(call)
    opened = await shelf_of(call).read(summed.session.owner, summed.session.name)
    if opened is None or opened[0].id != summed.session.id:
        raise NotFound  # it was deleted just now
    place = (summed.session.id, call.organization_id)
    await call.services.offices.audit.note(call.actor, action, place, {"name": summed.session.name})
    return summed, *opened


async def every(call: Call, asked: AskConversations) -> CursorPage[ConversationShown]:
    """List."""
    owners = await owners_of(call)
    if asked.workspace_id is not None:
        if asked.workspace_id not in owners:
            raise Unknown
        owners = [asked.workspace_id]
    last = None if asked.page is None else marked(asked.page, ALL, Position)
    wanted = Wanted(owners, asked.name, None if last is None else (last.used_us, last.id))
    found = await index_of(call).page(wanted, asked.limit + 1)
    kept = found[: asked.limit]
    end = cursor(ALL, Position(kept[-1].session.used_us, kept[-1].session.id)) if len(found) > len(kept) else None
    return CursorPage([summed_shown(each) for each in kept], end)


async def one(call: Call, asked: AskTurns) -> ConversationRead:
    """Read one, so many turns at once."""
    summed, session, turns = await read(call, READ)
    wanted = [turn for turn in turns if turn.number > asked.after_turn]
    kept = wanted[: asked.limit]
    return read_shown(summed, session, kept, await costs_of(call, kept), more=len(wanted) > len(kept))


async def costs_of(call: Call, turns: Sequence[Turn]) -> dict[str, int | None]:
    """Return what turns cost, in nano-dollars by request; nothing of copies, and nothing to whoever may not see it."""
    ids = tuple(turn.request_id for turn in turns if turn.usage != TurnUsage())
    if not ids or not call.may(Action.COST_READ):
        return {}
    page = await call.services.reports.page(Filter(organization_id=call.organization_id, request_ids=ids), limit=len(ids))
    return {entry.request_id: entry.cost_nanousd for entry in page.entries}


async def exported(call: Call, asked: AskConversationExport) -> ConversationExported:
    """Export one, all of it."""
    _, session, turns = await read(call, EXPORT)
    text = export(session, turns, session.name, asked.format)
    return ConversationExported(id=session.id, name=session.name, format=asked.format, text=text)


async def fork(call: Call, asked: ForkConversation) -> ConversationShown:
    """Copy one."""
    if not NAME.match(asked.name):
        raise InvalidRequest("name: a name has 1 to 128 letters, digits or signs of ._:@+-, the first a letter or a digit")
    source = (await meant(call)).session
    shelf, now_us = shelf_of(call), call.clock.now_us()
    opened = await shelf.find(source.owner, source.name)
    if opened is None:
        raise NotFound
    copy_id = call.clock.new_id("sess_")
    copy = msgspec.structs.replace(opened, id=copy_id, name=asked.name, created_us=now_us, used_us=now_us, forked_from=source.id)
    if not await shelf.fork(opened, copy):
        raise InvalidRequest("name: this workspace has a conversation of that name already")
    place = (copy_id, call.organization_id)
    await call.services.offices.audit.note(call.actor, FORK, place, {"name": copy.name, "forked_from": source.id})
    return summed_shown(await summed_of(call, copy_id))


async def delete(call: Call, _: Nothing) -> ConversationDeleted:
    """Delete one."""
    session = (await meant(call)).session
    await shelf_of(call).delete(session.owner, session.name)
    await call.services.offices.audit.note(call.actor, DELETE, (session.id, call.organization_id), {"name": session.name})
    return ConversationDeleted(id=session.id, name=session.name)


OPERATIONS = (
    Operation(
        method="GET",
        path=ALL,
        name="conversations.list",
        summary="List the conversations that the gateway keeps, the last used first",
        action=Action.CONVERSATION_READ,
        handler=every,
        asked=AskConversations,
        answer=CursorPage[ConversationShown],
    ),
    Operation(
        method="GET",
        path=ONE,
        name="conversations.retrieve",
        summary="Show a conversation and what was said in it; the audit log says who read",
        action=Action.CONVERSATION_READ,
        handler=one,
        asked=AskTurns,
        answer=ConversationRead,
    ),
    Operation(
        method="GET",
        path=f"{ONE}/export",
        name="conversations.export",
        summary="Export a conversation as JSON, as lines of JSON or as Markdown; the audit log says who read",
        action=Action.CONVERSATION_READ,
        handler=exported,
        asked=AskConversationExport,
        answer=ConversationExported,
    ),
    Operation(
        method="POST",
        path=f"{ONE}/fork",
        name="conversations.fork",
        summary="Copy a conversation under another name of its workspace",
        action=Action.CONVERSATION_DELETE,
        handler=fork,
        asked=ForkConversation,
        answer=ConversationShown,
    ),
    Operation(
        method="DELETE",
        path=ONE,
        name="conversations.delete",
        summary="Delete a conversation with all its turns",
        action=Action.CONVERSATION_DELETE,
        handler=delete,
        answer=ConversationDeleted,
    ),
)
