"""The pages of signing in and out."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from yumen.console.api.sessions_shown import SecondStepShown, SessionShown
from yumen.console.pages.cookies import ORGANIZATION, SECOND_STEP, SECOND_STEP_S, SESSION, TIE
from yumen.console.pages.home import own_path
from yumen.console.pages.page import Access, Page
from yumen.organizations.faults import SignInOver

if TYPE_CHECKING:
    from starlette.responses import Response

    from yumen.console.pages.visit import Visit
    from yumen.console.sign_on import Provider

HOURS_S = 12 * 3600
"""As long as a session's key counts."""
CODE_PATH = "/sign-in/code"


async def show_sign_in(visit: Visit) -> Response:
    """Ask for address and password; whoever is signed in already goes on."""
    if visit.caller is not None:
        return visit.go(next_of(visit))
    terms = await visit.do("sign_up.terms")
    return await visit.show("signing_in/sign_in.html", next=next_of(visit), providers=providers_of(visit), open=terms.mode != "closed")


async def sign_in(visit: Visit) -> Response:
    """Open a session, or go on to the second step."""
    step = await visit.do("sign_in.create", {"email": visit.form.text("email"), "password": visit.form.raw("password")})
    return await go_on(visit, step, next_of(visit))


async def show_code(visit: Visit) -> Response:
    """Ask for the code of the second factor; without a first step, begin with that."""
    if visit.caller is not None or visit.jar.get(SECOND_STEP) is None:
        return visit.go(next_of(visit) if visit.caller is not None else "/sign-in")
    return await visit.show("signing_in/code.html", next=next_of(visit))


async def confirm(visit: Visit) -> Response:
    """Open the session by a code."""
    step = await visit.do("sign_in.confirm", {"token": visit.jar.get(SECOND_STEP) or "none", "code": visit.form.text("code")})
    return await go_on(visit, step, next_of(visit))


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


async def go_on(visit: Visit, step: SessionShown | SecondStepShown, to: str) -> Response:
    """Keep the session in this browser and go where it was to lead, or ask for the second factor before.

    Whoever a provider vouched for a moment ago is tied to it now.
    """
    if isinstance(step, SecondStepShown):
        visit.jar.set(SECOND_STEP, step.token, SECOND_STEP_S)
        return visit.go(CODE_PATH, next=to)
    begin_session(visit, step.key)
    if (token := visit.jar.get(TIE)) is not None:
        await tie(visit, token, step.user_id)
    return visit.go(to)


async def tie(visit: Visit, token: str, user_id: str) -> None:
    """Tie the account to the provider that vouched for it. Where that comes too late, the next time asks for the password again."""
    visit.jar.drop(TIE)
    with suppress(SignInOver):
        if await visit.services.offices.single_sign_on.tie(token, user_id, visit.call.actor.address):
            visit.leave(visit.say("From now on you can sign in without your password."))


def begin_session(visit: Visit, key: str) -> None:
    """Keep a session in this browser."""
    visit.services.door.expect(key.encode())
    visit.jar.set(SESSION, key, HOURS_S)
    visit.jar.drop(ORGANIZATION)
    visit.jar.drop(SECOND_STEP)


def providers_of(visit: Visit) -> list[Provider]:
    """Return the providers of single sign-on that there are."""
    return [relying.provider for relying in visit.services.sign_on.values()]


def next_of(visit: Visit) -> str:
    """Return where the visitor wants to go after signing in: a path of the console, and nothing else."""
    return own_path(visit.sent("next"), "/overview")


PAGES = (
    Page(path="/sign-in", access=Access.EVERYBODY, show=show_sign_in, submit=sign_in),
    Page(path=CODE_PATH, access=Access.EVERYBODY, show=show_code, submit=confirm),
    Page(path="/sign-out", access=Access.EVERYBODY, show=show_sign_out, submit=sign_out),
)
