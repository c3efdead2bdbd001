"""The pages of signing in and out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from yumen.console.pages.cookies import ORGANIZATION, SESSION
from yumen.console.pages.home import own_path
from yumen.console.pages.page import Access, Page

if TYPE_CHECKING:
    from starlette.responses import Response

    from yumen.console.pages.visit import Visit

HOURS_S = 12 * 3600
"""As long as a session's key counts."""


async def show_sign_in(visit: Visit) -> Response:
    """Ask for address and password; whoever is signed in already goes on."""
    if visit.caller is not None:
        return visit.go(next_of(visit))
    return await visit.show("signing_in/sign_in.html", next=next_of(visit), providers=[relying.provider for relying in visit.services.sign_on.values()])


async def sign_in(visit: Visit) -> Response:
    """Open a session and go on to where the visitor wanted to."""
    session = await visit.do("sign_in.create", {"email": visit.form.text("email"), "password": visit.form.raw("password")})
    begin_session(visit, session.key)
    return visit.go(next_of(visit))


async def show_sign_out(visit: Visit) -> Response:
    """Send whoever comes by a link to the beginning: only a form of ours signs somebody out."""
    return visit.go("/")


async def sign_out(visit: Visit) -> Response:
    """End the session and forget it in this browser."""
    if visit.caller is not None:
        await visit.do("sign_out.create")
    visit.jar.drop(SESSION)
    visit.jar.drop(ORGANIZATION)
    return visit.go("/sign-in", notice=visit.say("You are signed out."))


def begin_session(visit: Visit, key: str) -> None:
    """Keep a session in this browser."""
    visit.jar.set(SESSION, key, HOURS_S)
    visit.jar.drop(ORGANIZATION)


def next_of(visit: Visit) -> str:
    """Return where the visitor wants to go after signing in: a path of the console, and nothing else."""
    return own_path(visit.sent("next"), "/overview")


PAGES = (
    Page(path="/sign-in", access=Access.EVERYBODY, show=show_sign_in, submit=sign_in),
    Page(path="/sign-out", access=Access.EVERYBODY, show=show_sign_out, submit=sign_out),
)
