"""Signing up: the form, the codes that prove the addresses, and the wait for a word of whoever approves."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from yumen.console.pages.new_passwords import MODULE, new_password
from yumen.console.pages.page import Access, Page
from yumen.organizations.calling_codes import PREFIXES

if TYPE_CHECKING:
    from starlette.responses import Response

    from yumen.console.pages.visit import Visit

VERIFY = "/sign-up/verify"
BETWEEN_DIGITS = re.compile(r"[\s().-]")
"""What people write into numbers so that they can be read."""


async def show_sign_up(visit: Visit) -> Response:
    """Ask who comes and what for, or say that nobody can sign up here."""
    terms = await visit.do("sign_up.terms")
    if terms.mode == "closed":
        return await visit.show("entering/closed.html")
    return await visit.show(
        "entering/sign_up.html", terms=terms, countries=visit.locale.countries(PREFIXES), modules=["sign-up.js", MODULE]
    )


async def sign_up(visit: Visit) -> Response:
    """Begin a sign-up: its first code goes out."""
    form = visit.form
    asked: dict[str, str | None] = {name: form.text(name) for name in ("kind", "organization_name", "name", "email", "purpose", "country")}
    asked |= {"password": new_password(visit), "phone": plain(form.text("phone")) or None, "invitation": form.maybe("invitation")}
    begun = await visit.do("sign_up.create", asked)
    return visit.go(VERIFY, id=begun.id)


async def show_verify(visit: Visit) -> Response:
    """Show where a sign-up stands: the code that it waits for, the wait for approval, or the way on."""
    if not visit.sent("id"):
        return visit.go("/sign-up")
    step = await visit.do("sign_up.retrieve", sign_up_id=visit.sent("id"))
    terms = await visit.do("sign_up.terms")
    sent = terms.sends_mail if step.waits_for == "email" else terms.sends_texts
    return await visit.show("entering/verify.html", step=step, sent=sent, tells=terms.sends_mail)


async def verify(visit: Visit) -> Response:
    """Take a code, or send one again."""
    sign_up_id = visit.form.text("id")
    if "again" in visit.form:
        await visit.do("sign_up.resend", {"sign_up_id": sign_up_id})
        return visit.go(VERIFY, notice=visit.say("There is a new code; the earlier one counts no longer."), id=sign_up_id)
    asked = {"sign_up_id": sign_up_id, "channel": visit.form.text("channel"), "code": plain(visit.form.text("code"))}
    await visit.do("sign_up.verify", asked)
    return visit.go(VERIFY, id=sign_up_id)


def plain(number: str) -> str:
    """Return a number without what only makes it easier to read."""
    return BETWEEN_DIGITS.sub("", number)


PAGES = (
    Page(path="/sign-up", access=Access.EVERYBODY, show=show_sign_up, submit=sign_up),
    Page(path=VERIFY, access=Access.EVERYBODY, show=show_verify, submit=verify),
)
