"""The pages of the own second factor: switch it on with an app, keep recovery codes, switch it off."""

from __future__ import annotations

from textwrap import wrap
from typing import TYPE_CHECKING

from yumen.console.pages.page import Access, Page
from yumen.console.pages.signing_in.account import ACCOUNT
from yumen.console.pages.signing_in.qr import picture_of

if TYPE_CHECKING:
    from starlette.responses import Response

    from yumen.console.api.account import RecoveryCodes
    from yumen.console.pages.visit import Visit

FACTOR = "/account/second-factor"
MODULES = ["account.js"]


async def show_factor(visit: Visit) -> Response:
    """Show where the second factor stands, and what can be done."""
    if visit.user is None:
        return await visit.show("signing_in/nobody.html")
    account = await visit.do("account.retrieve")
    return await visit.show("signing_in/second_factor.html", account=account, factor=account.second_factor)


async def show_enrolment(visit: Visit) -> Response:
    """Show what an app needs, and ask for its first code."""
    begun = await visit.do("account.second_factor.begin")
    account = await visit.do("account.retrieve")
    return await visit.show(
        "signing_in/enrol.html", account=account, qr=picture_of(begun.uri), secret=" ".join(wrap(begun.secret, 4)), uri=begun.uri
    )


async def show_again(visit: Visit) -> Response:
    """Show the enrolment again after a wrong code; whoever comes by a link begins at the beginning."""
    return visit.go(FACTOR) if visit.problem is None else await show_enrolment(visit)


async def confirm(visit: Visit) -> Response:
    """Switch it on, and show the recovery codes, this once."""
    asked = {"code": visit.form.text("code"), **({"password": visit.form.raw("password")} if visit.form.raw("password") else {})}
    return await show_codes(visit, await visit.do("account.second_factor.confirm", asked))


async def renew(visit: Visit) -> Response:
    """Make new recovery codes and show them, this once."""
    return await show_codes(visit, await visit.do("account.recovery_codes.create", {"code": visit.form.text("code")}))


async def switch_off(visit: Visit) -> Response:
    """Switch it off."""
    await visit.do("account.second_factor.remove", {"password": visit.form.raw("password"), "code": visit.form.text("code")})
    return visit.go(ACCOUNT, notice=visit.say("The second factor is switched off."))


async def show_codes(visit: Visit, made: RecoveryCodes) -> Response:
    """Show recovery codes."""
    return await visit.show("signing_in/recovery_codes.html", modules=MODULES, codes=made.codes)


PAGES = (
    Page(path=FACTOR, access=Access.SIGNED_IN, show=show_factor, submit=show_enrolment),
    Page(path=f"{FACTOR}/confirm", access=Access.SIGNED_IN, show=show_again, submit=confirm),
    Page(path=f"{FACTOR}/codes", access=Access.SIGNED_IN, show=show_factor, submit=renew),
    Page(path=f"{FACTOR}/off", access=Access.SIGNED_IN, show=show_factor, submit=switch_off),
)
