"""The key with which a visitor's prompts are tried: an ordinary one, made when it is first needed, whose text only this process knows.

It ends with the session.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from yumen.clock import iso
from yumen.console.purse import HOUR_US, Held, Place
from yumen.keys.values import Role

if TYPE_CHECKING:
    from yumen.console.pages.visit import Visit

NAME = "playground"


def place_of(visit: Visit, workspace_id: str) -> Place:
    """Return where the key of a visitor lies."""
    caller = visit.call.caller
    return Place(caller.key_id, visit.organization_id, workspace_id)


async def key_of(visit: Visit, workspace_id: str) -> str:
    """Return the text of a visitor's key in a workspace. Raises what making a key raises, where it is made."""

    async def make() -> Held:
        caller = visit.call.caller
        session = (await visit.services.keys.find([caller.key_id])).get(caller.key_id)
        ends_us = visit.services.clock.now_us() + HOUR_US
        if session is not None and session.expires_at_us is not None:
            ends_us = min(ends_us, session.expires_at_us)
        # An operator is a member of no organization; everybody else's limits and reports count by the member.
        user_id = None if caller.role is Role.OPERATOR else caller.user_id
        wanted = {"name": NAME, "workspace_id": workspace_id, "expires_at": iso(ends_us), "user_id": user_id}
        made = await visit.do("api_keys.create", wanted)
        return Held(made.id, made.key, ends_us)

    return await visit.services.purse.key(place_of(visit, workspace_id), visit.services.clock.now_us(), make)
