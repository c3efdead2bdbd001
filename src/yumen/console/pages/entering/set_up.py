"""The first start: whoever has the set-up token becomes the first administrator, is signed in, and goes on to a first key."""

from __future__ import annotations

from typing import TYPE_CHECKING

from yumen.console.pages.new_passwords import MODULE, new_password
from yumen.console.pages.page import Access, Page
from yumen.console.pages.signing_in.sign_in import go_on

if TYPE_CHECKING:
    from starlette.responses import Response

    from yumen.console.pages.visit import Visit


async def show_set_up(visit: Visit) -> Response:
    """Ask for the set-up token and for who comes; once there is an administrator, ask to sign in instead."""
    if not (await visit.do("set_up.retrieve")).pending:
        return visit.go("/sign-in", notice=visit.say("This gateway is set up already: sign in."))
    return await visit.show("entering/set_up.html", modules=[MODULE])


async def set_up(visit: Visit) -> Response:
    """Make the first administrator and sign them in."""
    form, password = visit.form, new_password(visit)
    asked = {"token": form.text("token"), "email": form.text("email"), "name": form.text("name"), "password": password}
    made = await visit.do("set_up.create", asked)
    return await go_on(visit, await visit.do("sign_in.create", {"email": made.email, "password": password}), "/welcome")


PAGES = (Page(path="/set-up", access=Access.EVERYBODY, show=show_set_up, submit=set_up),)
