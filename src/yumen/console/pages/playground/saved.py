"""Saved prompts as the playground's script lists, saves, shares and deletes them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from yumen.console.api.prompts import CreatePrompt, UpdatePrompt

if TYPE_CHECKING:
    from starlette.responses import Response

    from yumen.console.pages.visit import Visit

MOST = 1000


async def every(visit: Visit) -> Response:
    """List prompts, each with the name of whoever it belongs to."""
    found = (await visit.do("prompts.list", {"limit": MOST})).data
    people = await visit.services.offices.members.every(visit.organization_id)
    names = {person.user.id: person.user.name for person in people}
    return visit.json([msgspec.to_builtins(each) | {"owner": names.get(each.user_id), "own": is_own(visit, each)} for each in found])


async def one(visit: Visit) -> Response:
    """Show a prompt with what stands in it."""
    return visit.json(await visit.do("prompts.retrieve", prompt_id=visit.path["prompt_id"]))


def is_own(visit: Visit, prompt: Any) -> bool:  # noqa: ANN401  (what the operation answers)
    """Whether a prompt is the visitor's."""
    own: bool = prompt.user_id == visit.call.caller.user_id
    return own


async def save(visit: Visit) -> Response:
    """Save a prompt."""
    return visit.json(await visit.do("prompts.create", given(await visit.body(CreatePrompt))))


async def change(visit: Visit) -> Response:
    """Change a prompt."""
    asked = given(await visit.body(UpdatePrompt))
    return visit.json(await visit.do("prompts.update", asked, prompt_id=visit.path["prompt_id"]))


async def delete(visit: Visit) -> Response:
    """Delete a prompt."""
    return visit.json(await visit.do("prompts.delete", prompt_id=visit.path["prompt_id"]))


def given(asked: msgspec.Struct) -> dict[str, Any]:
    """Return what was said, as an operation reads it."""
    said: dict[str, Any] = msgspec.to_builtins(asked)
    return {name: value for name, value in said.items() if value is not None}
