"""The pages for whoever has forgotten the password: ask for a link, and set a new one by it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from yumen.console.pages.cookies import SESSION
from yumen.console.pages.new_passwords import MODULE, new_password
from yumen.console.pages.page import Access, Page

if TYPE_CHECKING:
    from starlette.responses import Response

    from yumen.console.pages.visit import Visit


async def show_forgotten(visit: Visit) -> Response:
    """Ask for the address."""
    return await visit.show("signing_in/forgotten.html", asked=None)


async def ask(visit: Visit) -> Response:
    """Send a link to whoever has that address, and say the same where nobody has."""
    email = visit.form.text("email")
    asked = await visit.do("password_reset.create", {"email": email})
    return await visit.show("signing_in/forgotten.html", asked=asked, email=email)


async def show_reset(visit: Visit) -> Response:
    """Ask for a new password, and for the token where no link brought it."""
    return await visit.show("signing_in/reset.html", modules=[MODULE], token=visit.query.get("token", visit.sent("token")))


async def reset(visit: Visit) -> Response:
    """Set the new password; all sessions end, one in this browser too."""
    await visit.do("password_reset.complete", {"token": visit.form.text("token"), "password": new_password(visit)})
    visit.jar.drop(SESSION)
    return visit.go("/sign-in", notice=visit.say("Your new password counts now: sign in with it."))


PAGES = (
    Page(path="/password/forgotten", access=Access.EVERYBODY, show=show_forgotten, submit=ask),
    Page(path="/password/reset", access=Access.EVERYBODY, show=show_reset, submit=reset),
)
