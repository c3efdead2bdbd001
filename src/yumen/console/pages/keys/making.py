"""A new key: its form, and the one page on which its text is shown."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from yumen.console.pages.first_code import EXAMPLES, MODEL, exports
from yumen.console.pages.keys.asked import EXPIRY_SENTENCES, expiry_of, restrictions_of
from yumen.console.pages.keys.shown import CONTENT_SENTENCES, shuts_out, workspaces_of
from yumen.console.pages.limit_forms import USUAL, limits_of, rows
from yumen.console.pages.page import Page
from yumen.keys.restrictions import read_address
from yumen.organizations.permissions import Action

if TYPE_CHECKING:
    from starlette.responses import Response

    from yumen.console.api.api_keys import KeyMade
    from yumen.console.pages.visit import Visit

MODULES = ("keys.js",)
SUGGESTED = {"prod": "production", "staging": "staging"}
"""Names that are often given, and the environment that each most often means."""
ADMIN_CODE = 'curl "{url}/v1/organizations/me" -H "x-api-key: {key}"'
FAMILIES = ("claude-opus-*", "claude-sonnet-*", "claude-haiku-*")


def place_of_visitor(visit: Visit) -> dict[str, Any]:
    """Return the visitor's address as the gateway sees it, and whether that is the gateway's own machine."""
    address = visit.call.actor.address
    read = read_address(address)
    return {"address": address, "is_local": read is not None and read.is_loopback}


async def show_form(visit: Visit) -> Response:
    """Ask what the key shall be."""
    workspaces = [one for one in (await workspaces_of(visit)).values() if one.archived_at is None]
    return await visit.show(
        "keys/new.html",
        workspaces=workspaces,
        suggested=SUGGESTED,
        families=FAMILIES,
        expiries=EXPIRY_SENTENCES,
        contents=CONTENT_SENTENCES,
        limits=rows((), USUAL) if visit.may(Action.LIMIT_UPDATE) else [],
        **place_of_visitor(visit),
        modules=MODULES,
    )


async def make(visit: Visit) -> Response:
    """Make it, and show its text in the answer to this very form: in no address, cookie or later page."""
    form = visit.form
    asked: dict[str, Any] = {
        "name": form.text("name"),
        "workspace_id": form.maybe("workspace_id"),
        "expires_at": expiry_of(form, visit.services.clock.now_us()),
        "restrictions": restrictions_of(form),
        "limits": limits_of(form, USUAL),
        "label": form.maybe("label"),
        "takes_label": form.ticked("takes_label"),
        "content": form.text("content", "off"),
    }
    return await show_made(visit, await visit.do("api_keys.create", asked))


async def show_made(visit: Visit, made: KeyMade, replaced: str | None = None, grace_s: int = 0) -> Response:
    """Show a key's text, this once. `replaced` is the key whose place it takes, which works on for `grace_s` seconds."""
    models = [model for model in made.restrictions.models or () if not model.endswith("*")]
    return await visit.show(
        "keys/made.html",
        made=made,
        replaced=replaced,
        grace_s=grace_s,
        shut_out=shuts_out(made.restrictions.addresses or (), visit.call.actor.address),
        admin_code=ADMIN_CODE.format(url=visit.services.console_url, key=made.key),
        exports=exports(visit.services.public_url, made.key, visit.services.authority),
        authority=visit.services.authority,
        examples=[msgspec.structs.replace(each, code=each.code.replace(MODEL, models[0] if models else MODEL)) for each in EXAMPLES],
        **place_of_visitor(visit),
        modules=MODULES,
    )


PAGES = (Page(path="/keys/new", access=Action.API_KEY_CREATE, show=show_form, submit=make),)
