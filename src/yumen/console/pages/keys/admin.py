"""A new admin key: for a program that looks after the organization by the admin API, never for one that asks Claude."""

from __future__ import annotations

from typing import TYPE_CHECKING

from yumen.console.pages.keys.asked import EXPIRY_SENTENCES, expiry_of
from yumen.console.pages.keys.making import MODULES, place_of_visitor, show_made
from yumen.console.pages.members import ROLE_SENTENCES
from yumen.console.pages.page import Page
from yumen.keys.values import Role
from yumen.organizations.permissions import Action, may_grant

if TYPE_CHECKING:
    from starlette.responses import Response

    from yumen.console.pages.visit import Visit

OPERATOR_SENTENCES = {Role.OPERATOR: "The whole gateway, with all its organizations"}
USUAL = Role.DEVELOPER


async def show_form(visit: Visit) -> Response:
    """Ask what the admin key shall be."""
    return await visit.show(
        "keys/new_admin.html",
        roles=[(role.value, sentence) for role, sentence in (ROLE_SENTENCES | OPERATOR_SENTENCES).items() if may_make(visit, role)],
        usual=USUAL.value,
        expiries=EXPIRY_SENTENCES,
        **place_of_visitor(visit),
        modules=MODULES,
    )


def may_make(visit: Visit, role: Role) -> bool:
    """Whether the visitor may hand out a role by way of a key; an operator's is handed out by operators."""
    own = visit.call.caller.role
    return own is Role.OPERATOR if role is Role.OPERATOR else may_grant(own, role)


async def make(visit: Visit) -> Response:
    """Make it, and show its text, this once."""
    form = visit.form
    asked = {
        "name": form.text("name"),
        "role": form.text("role"),
        "expires_at": expiry_of(form, visit.services.clock.now_us()),
        "restrictions": {"addresses": form.lines("addresses") or None},
    }
    return await show_made(visit, await visit.do("api_keys.create", asked))


PAGES = (Page(path="/keys/new-admin", access=Action.ADMIN_KEY_CREATE, show=show_form, submit=make),)
