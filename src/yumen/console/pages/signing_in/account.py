"""The page of the own account: name, password, sessions, and the organizations that one works in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from yumen.console.pages.new_passwords import MODULE, new_password
from yumen.console.pages.page import Access, Page
from yumen.console.pages.signing_in.sign_in import begin_session, providers_of

if TYPE_CHECKING:
    from starlette.responses import Response

    from yumen.console.pages.visit import Visit

ACCOUNT = "/account"


async def show_account(visit: Visit) -> Response:
    """Show the own account; whoever is here by a key that is no person's has none."""
    if visit.user is None:
        return await visit.show("signing_in/nobody.html")
    organizations = (await visit.do("account.organizations.list")).data
    return await visit.show(
        "signing_in/account.html",
        modules=[MODULE],
        account=await visit.do("account.retrieve"),
        sessions=(await visit.do("account.sessions.list")).data,
        organizations=organizations,
        names={each.id: each.name for each in organizations},
        identities=(identities := (await visit.do("account.identities.list")).data),
        labels={each.issuer: each.label for each in providers_of(visit)},
        unused=[each for each in providers_of(visit) if each.issuer not in {known.issuer for known in identities}],
    )


async def part(visit: Visit) -> Response:
    """Part from a provider."""
    await visit.do("account.identities.remove", {"issuer": visit.form.text("issuer"), "subject": visit.form.raw("subject")})
    return visit.go(ACCOUNT, notice=visit.say("You no longer sign in that way."))


async def rename(visit: Visit) -> Response:
    """Take another name."""
    await visit.do("account.update", {"name": visit.form.text("name")})
    return visit.go(ACCOUNT, notice=visit.say("Your name is changed."))


async def change_password(visit: Visit) -> Response:
    """Take another password."""
    await visit.do("account.password.update", {"password": visit.form.raw("old"), "new_password": new_password(visit)})
    return visit.go(ACCOUNT, notice=visit.say("Your new password counts now, and all your other sessions have ended."))


async def end_session(visit: Visit) -> Response:
    """End one of the own sessions."""
    await visit.do("account.sessions.end", api_key_id=visit.form.text("id"))
    return visit.go(ACCOUNT, notice=visit.say("The session has ended."))


async def end_others(visit: Visit) -> Response:
    """End all own sessions but this one."""
    ended = await visit.do("account.sessions.end_others")
    return visit.go(ACCOUNT, notice=visit.say("Other sessions that have ended: {count}", count=ended.count))


async def change_over(visit: Visit) -> Response:
    """Go on in another organization."""
    session = await visit.do("account.change_over", {"organization_id": visit.form.text("organization_id")})
    begin_session(visit, session.key)
    return visit.go("/overview")


PAGES = (
    Page(path=ACCOUNT, access=Access.SIGNED_IN, show=show_account, submit=rename),
    Page(path="/account/password", access=Access.SIGNED_IN, show=show_account, submit=change_password),
    Page(path="/account/sessions/end", access=Access.SIGNED_IN, show=show_account, submit=end_session),
    Page(path="/account/sessions/end-others", access=Access.SIGNED_IN, show=show_account, submit=end_others),
    Page(path="/account/identities/part", access=Access.SIGNED_IN, show=show_account, submit=part),
    Page(path="/account/organization", access=Access.SIGNED_IN, show=show_account, submit=change_over),
)
