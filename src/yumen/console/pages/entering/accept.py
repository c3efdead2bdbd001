"""Accepting an invitation: what it is for, then a name and a password, or the password of the account that is there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from yumen.console.pages.new_passwords import MODULE, new_password
from yumen.console.pages.page import Access, Page
from yumen.console.pages.signing_in.sign_in import go_on
from yumen.organizations.faults import WrongCode

if TYPE_CHECKING:
    from starlette.responses import Response

    from yumen.console.api.foyer import InvitationShown
    from yumen.console.pages.visit import Visit


async def show_accept(visit: Visit) -> Response:
    """Say what an invitation is for and ask who comes. One to sign up leads there."""
    token = visit.sent("token").strip()
    invitation = await looked_at(visit, token)
    if invitation is not None and invitation.organization_id is None:
        return visit.go("/sign-up", invitation=token, email=invitation.email)
    if token and invitation is None:
        visit.status = WrongCode.status
    own = invitation is not None and visit.user is not None and visit.user.email == invitation.email
    return await visit.show("entering/accept.html", invitation=invitation, token=token, own=own, modules=[MODULE])


async def looked_at(visit: Visit, token: str) -> InvitationShown | None:
    """Return what a token opens, None: nothing."""
    if not token:
        return None
    try:
        invitation: InvitationShown = await visit.do("invites.look", {"token": token})
    except WrongCode:
        return None
    return invitation


async def accept(visit: Visit) -> Response:
    """Become a member and go in: as whoever is signed in, as a newcomer with a new password, or by the password that is there."""
    form, token = visit.form, visit.form.text("token")
    invitation: InvitationShown = await visit.do("invites.look", {"token": token})
    if "own" in form:
        await visit.do("invites.join", {"token": token})
        step = await visit.do("account.change_over", {"organization_id": invitation.organization_id})
    else:
        password = new_password(visit) if "again" in form else form.raw("password")
        await visit.do("invites.accept", {"token": token, "name": form.text("name"), "password": password})
        asked = {"email": invitation.email, "password": password, "organization_id": invitation.organization_id}
        step = await visit.do("sign_in.create", asked)
    visit.leave(visit.say("You are a member of {organization} now.", organization=invitation.organization_name))
    return await go_on(visit, step, "/")


PAGES = (Page(path="/invitations/accept", access=Access.EVERYBODY, show=show_accept, submit=accept),)
