"""Saved prompts: what was tried in the playground, kept for oneself or shared with the organization."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Literal

import msgspec

from yumen.clock import iso
from yumen.console.api.fields import Name, tidy
from yumen.console.api.operation import Nothing, Operation
from yumen.console.api.pages import ById, IdPage, page_by_id
from yumen.organizations.permissions import Action
from yumen.organizations.prompts import PromptWanted, Reader, may_change

if TYPE_CHECKING:
    from yumen.console.api.call import Call
    from yumen.organizations.prompts import Prompt

ALL = "/v1/organizations/prompts"
ONE = f"{ALL}/{{prompt_id}}"


class PromptText(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """A conversation, and one to four ways to ask for its next turn."""

    columns: Annotated[tuple[dict[str, Any], ...], msgspec.Meta(min_length=1, max_length=4)]
    """Each the body of a call of `/v1/messages`, without its messages and tools."""
    messages: Annotated[tuple[dict[str, Any], ...], msgspec.Meta(max_length=2000)] = ()
    tools: Annotated[tuple[dict[str, Any], ...], msgspec.Meta(max_length=500)] = ()


class PromptShown(msgspec.Struct, frozen=True, kw_only=True):
    """A saved prompt, without what stands in it."""

    id: str
    type: Literal["prompt"] = "prompt"
    name: str
    shared: bool
    user_id: str | None
    """Whose it is; null: it was saved with an admin key that is no member's."""
    changeable: bool
    """Whether the caller may change and delete it."""
    created_at: str
    updated_at: str


class PromptOpened(PromptShown, frozen=True, kw_only=True):
    """A saved prompt."""

    prompt: PromptText


class CreatePrompt(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What shall be saved."""

    name: Name
    prompt: PromptText
    shared: bool = False
    """Whether everybody of the organization who may use the playground sees it."""


class UpdatePrompt(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What shall be otherwise."""

    name: Name | None = None
    prompt: PromptText | None = None
    shared: bool | None = None


class PromptDeleted(msgspec.Struct, frozen=True, kw_only=True):
    """What was deleted."""

    id: str
    type: Literal["prompt_deleted"] = "prompt_deleted"


def reader_of(call: Call) -> Reader:
    """Return who looks at prompts."""
    return Reader(call.actor, call.organization_id, call.caller.user_id, call.may(Action.MEMBER_UPDATE))


def fields_of(call: Call, prompt: Prompt) -> dict[str, Any]:
    """Return what is shown of a prompt."""
    return {
        "id": prompt.id,
        "name": prompt.name,
        "shared": prompt.shared,
        "user_id": prompt.user_id,
        "changeable": may_change(reader_of(call), prompt),
        "created_at": iso(prompt.created_us),
        "updated_at": iso(prompt.updated_us),
    }


async def every(call: Call, asked: ById) -> IdPage[PromptShown]:
    """List prompts."""
    found = await call.services.offices.prompts.every(reader_of(call))
    return page_by_id([PromptShown(**fields_of(call, each)) for each in found], asked)


async def one(call: Call, _: Nothing) -> PromptOpened:
    """Show a prompt."""
    prompt, text = await call.services.offices.prompts.one(reader_of(call), call.path["prompt_id"], call.services.sealer)
    return PromptOpened(prompt=msgspec.json.decode(text, type=PromptText), **fields_of(call, prompt))


async def create(call: Call, asked: CreatePrompt) -> PromptShown:
    """Save a prompt."""
    wanted = PromptWanted(tidy("name", asked.name), asked.shared, msgspec.json.encode(asked.prompt))
    return PromptShown(**fields_of(call, await call.services.offices.prompts.create(reader_of(call), wanted, call.services.sealer)))


async def update(call: Call, asked: UpdatePrompt) -> PromptShown:
    """Change a prompt."""
    name = None if asked.name is None else tidy("name", asked.name)
    wanted = PromptWanted(name, asked.shared, None if asked.prompt is None else msgspec.json.encode(asked.prompt))
    prompts = call.services.offices.prompts
    return PromptShown(**fields_of(call, await prompts.update(reader_of(call), call.path["prompt_id"], wanted, call.services.sealer)))


async def delete(call: Call, _: Nothing) -> PromptDeleted:
    """Delete a prompt."""
    return PromptDeleted(id=(await call.services.offices.prompts.delete(reader_of(call), call.path["prompt_id"])).id)


OPERATIONS = (
    Operation(
        method="GET",
        path=ALL,
        name="prompts.list",
        summary="List saved prompts, the own and the shared ones, the last changed first",
        action=Action.PLAYGROUND_USE,
        handler=every,
        asked=ById,
        answer=IdPage[PromptShown],
    ),
    Operation(
        method="POST",
        path=ALL,
        name="prompts.create",
        summary="Save a prompt, for oneself or for the organization",
        action=Action.PLAYGROUND_USE,
        handler=create,
        asked=CreatePrompt,
        answer=PromptShown,
    ),
    Operation(
        method="GET",
        path=ONE,
        name="prompts.retrieve",
        summary="Show a saved prompt",
        action=Action.PLAYGROUND_USE,
        handler=one,
        answer=PromptOpened,
    ),
    Operation(
        method="POST",
        path=ONE,
        name="prompts.update",
        summary="Change, rename, share or unshare a saved prompt; its owner may, and whoever may change members",
        action=Action.PLAYGROUND_USE,
        handler=update,
        asked=UpdatePrompt,
        answer=PromptShown,
    ),
    Operation(
        method="DELETE",
        path=ONE,
        name="prompts.delete",
        summary="Delete a saved prompt; its owner may, and whoever may change members",
        action=Action.PLAYGROUND_USE,
        handler=delete,
        answer=PromptDeleted,
    ),
)
