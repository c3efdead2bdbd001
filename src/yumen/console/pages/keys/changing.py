"""What is done with a key: changed, restricted, limited, replaced, paused, resumed, revoked."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from yumen.console.pages.dispatch import wants_json
from yumen.console.pages.forms import whole
from yumen.console.pages.keys.asked import KEPT, expiry_of, restrictions_of
from yumen.console.pages.keys.making import show_made
from yumen.console.pages.keys.one import key_of, show, show_settings
from yumen.console.pages.keys.shown import shuts_out
from yumen.console.pages.limit_forms import limits_of
from yumen.console.pages.page import Page
from yumen.errors import OperatorError
from yumen.organizations.permissions import Action

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from starlette.responses import Response

    from yumen.console.pages.visit import Visit

DONE_SENTENCES = {
    "inactive": "The key is paused: it is refused from within a second on.",
    "active": "The key works again from within a second on.",
    "archived": "The key is revoked: it is refused from within a second on, for good.",
}


async def change(visit: Visit) -> Response:
    """Change its name, label, end, and what is written down."""
    form = visit.form
    asked: dict[str, Any] = {
        "name": form.text("name"),
        "label": form.maybe("label"),
        "takes_label": form.ticked("takes_label"),
        "content": form.text("content", "off"),
    }
    if form.text("expiry", KEPT) != KEPT:
        asked["expires_at"] = expiry_of(form, visit.services.clock.now_us())
    return await changed(visit, asked)


async def restrict(visit: Visit) -> Response:
    """Change its restrictions. Raises OperatorError where they would lock out whoever is signed in with this very key."""
    restrictions, address = restrictions_of(visit.form), visit.call.actor.address
    if visit.path["api_key_id"] == visit.call.caller.key_id and shuts_out(restrictions["addresses"] or (), address):
        raise OperatorError(
            "you are signed in with this key and come from {address}: a list without it would lock you out", address=address
        )
    return await changed(visit, {"restrictions": restrictions})


async def only_me(visit: Visit) -> Response:
    """Let it be used from the visitor's address alone; all other restrictions stay."""
    key = await key_of(visit)
    addresses = [visit.call.actor.address]
    restrictions = {name: value for name, value in msgspec.structs.asdict(key.restrictions).items() if value is not None}
    await visit.do("api_keys.update", {"restrictions": restrictions | {"addresses": addresses}}, api_key_id=key.id)
    if wants_json(visit):
        return visit.json({"addresses": addresses})
    return visit.go(f"/keys/{key.id}", notice=visit.say("From now on the key works from {address} alone.", address=addresses[0]))


async def limit(visit: Visit) -> Response:
    """Set the limits that the form has, and take away those that it has no more."""
    key = await key_of(visit)
    scope = {"kind": "key", "id": key.id}
    given = limits_of(visit.form)
    old = (await visit.do("limits.list", {"scope_kind": "key", "scope_id": key.id, "limit": 1000})).data
    for each in given:
        await visit.do("limits.set", {"scope": scope, "limit": each})
    for kind in {line.limit.kind for line in old} - {each["kind"] for each in given}:
        await visit.do("limits.unset", {"scope_kind": "key", "scope_id": key.id, "kind": kind})
    return visit.go(f"/keys/{key.id}/settings", notice=visit.say("The limits are saved. They hold from within a second on."))


async def rotate(visit: Visit) -> Response:
    """Make the key that takes its place, and show its text in the answer to this very form."""
    grace_s = whole(visit.form.text("grace")) or 0
    key_id = visit.path["api_key_id"]
    made = await visit.do("api_keys.rotate", {"grace_seconds": grace_s}, api_key_id=key_id)
    return await show_made(visit, made, key_id, grace_s)


def become(status: str) -> Callable[[Visit], Awaitable[Response]]:
    """Return what brings a key into a status."""

    async def act(visit: Visit) -> Response:
        key_id = visit.path["api_key_id"]
        await visit.do("api_keys.update", {"status": status}, api_key_id=key_id)
        return visit.go(f"/keys/{key_id}", notice=visit.say(DONE_SENTENCES[status]))

    return act


async def changed(visit: Visit, asked: dict[str, Any]) -> Response:
    """Change a key, and go back to its settings."""
    key_id = visit.path["api_key_id"]
    await visit.do("api_keys.update", asked, api_key_id=key_id)
    return visit.go(f"/keys/{key_id}/settings", notice=visit.say("Saved. It holds from within a second on."))


AT = "/keys/{api_key_id}"
MAY = Action.API_KEY_UPDATE
PAGES = (
    Page(path=f"{AT}/settings", access=Action.API_KEY_READ, show=show_settings, submit=change),
    Page(path=f"{AT}/restrictions", access=MAY, show=show_settings, submit=restrict),
    Page(path=f"{AT}/limits", access=Action.LIMIT_UPDATE, show=show_settings, submit=limit),
    Page(path=f"{AT}/only-me", access=MAY, show=show, submit=only_me),
    Page(path=f"{AT}/rotate", access=MAY, show=show, submit=rotate),
    Page(path=f"{AT}/pause", access=MAY, show=show, submit=become("inactive")),
    Page(path=f"{AT}/resume", access=MAY, show=show, submit=become("active")),
    Page(path=f"{AT}/revoke", access=MAY, show=show, submit=become("archived")),
)
