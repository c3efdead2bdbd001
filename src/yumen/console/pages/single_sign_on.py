"""Signing in by a provider of OpenID Connect: the way there, and the way back."""

from __future__ import annotations

from base64 import urlsafe_b64decode, urlsafe_b64encode
from hmac import compare_digest
from typing import TYPE_CHECKING

import msgspec
from starlette.responses import RedirectResponse

from yumen.console.api.sessions_shown import step_shown
from yumen.console.pages.cookies import TIE, TRIP, TRIP_S
from yumen.console.pages.forms import OWN
from yumen.console.pages.home import own_path
from yumen.console.pages.page import Access, Page
from yumen.console.pages.signing_in.sign_in import go_on, tie
from yumen.console.sign_on.provider import LostTrip, ProviderRefused, Trip, set_out
from yumen.errors import NotFound
from yumen.organizations.faults import AnothersAddress
from yumen.organizations.rules import tidy_email
from yumen.organizations.values import Unproved

if TYPE_CHECKING:
    from starlette.responses import Response

    from yumen.console.pages.visit import Visit
    from yumen.console.sign_on import Relying

THERE = "/sign-in/with/{provider}"
BACK = f"{THERE}/back"


def relying_of(visit: Visit) -> Relying:
    """Return what speaks with the provider of the path. Raises NotFound."""
    relying = visit.services.sign_on.get(visit.path["provider"])
    if relying is None:
        raise NotFound
    return relying


def back_of(visit: Visit, relying: Relying) -> str:
    """Return the address by which a provider sends a browser back; it must be registered there as it is."""
    return visit.services.console_url.rstrip("/") + BACK.format(provider=relying.provider.name)


async def set_out_for(visit: Visit) -> Response:
    """Send the browser to the provider. From another site the person is asked first: it might be somebody else's account there."""
    relying, wanted = relying_of(visit), own_path(visit.query.get("next", ""), "/overview")
    if visit.request.headers.get("sec-fetch-site", "none") not in OWN:
        return visit.go("/sign-in", next=wanted)
    trip = set_out(relying.provider.name, wanted)
    way = await relying.way_to(trip, back_of(visit, relying))
    visit.jar.set(TRIP, urlsafe_b64encode(msgspec.json.encode(trip)).decode(), TRIP_S)
    return RedirectResponse(way, 303)


async def arrive(visit: Visit) -> Response:
    """Take the provider's word and open a session."""
    relying, trip = relying_of(visit), trip_of(visit)
    visit.jar.drop(TRIP)
    if trip.provider != relying.provider.name or not compare_digest(trip.state.encode(), visit.query.get("state", "").encode()):
        raise LostTrip
    if visit.query.get("iss", relying.provider.issuer) != relying.provider.issuer:  # RFC 9207: another provider's answer
        raise ProviderRefused
    code = visit.query.get("code")
    if code is None:  # the provider says why in `error`; the visitor has seen it there
        raise ProviderRefused
    office, address = visit.services.offices.single_sign_on, visit.call.actor.address
    vouched = await office.asked(address, lambda: relying.arrived(trip, code, back_of(visit, relying)))
    if visit.user is not None and visit.user.email != tidy_email(vouched.email):
        raise AnothersAddress  # nobody is made somebody else, or a second person, without having signed out
    step = await office.open(vouched, relying.provider.newcomers, address)
    to = own_path(trip.next, "/overview")
    return await prove(visit, step, to) if isinstance(step, Unproved) else await go_on(visit, step_shown(step), to)


async def prove(visit: Visit, unproved: Unproved, to: str) -> Response:
    """Ask for the password of the account with that address, this once; whoever is signed in with it has given it."""
    if visit.user is None:
        visit.jar.set(TIE, unproved.token, TRIP_S)
        notice = visit.say(
            "This address has an account here already: sign in with its password once, and your company's account will do from then on."
        )
        return visit.go("/sign-in", notice, next=to, email=unproved.email)
    if visit.user.id != unproved.user_id:
        raise AnothersAddress
    await tie(visit, unproved.token, unproved.user_id)
    return visit.go(to)


def trip_of(visit: Visit) -> Trip:
    """Read the trip that this browser is on. Raises LostTrip."""
    try:
        return msgspec.json.decode(urlsafe_b64decode(visit.jar.get(TRIP) or ""), type=Trip)
    except (ValueError, msgspec.MsgspecError):
        raise LostTrip from None


PAGES = (
    Page(path=THERE, access=Access.EVERYBODY, show=set_out_for),
    Page(path=BACK, access=Access.EVERYBODY, show=arrive),
)
