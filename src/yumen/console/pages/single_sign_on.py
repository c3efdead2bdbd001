"""Signing in by a provider of OpenID Connect: the way there, and the way back."""

from __future__ import annotations

from base64 import urlsafe_b64decode, urlsafe_b64encode
from hmac import compare_digest
from typing import TYPE_CHECKING

import msgspec
from starlette.responses import RedirectResponse

from yumen.console.pages.cookies import TRIP, TRIP_S
from yumen.console.pages.home import own_path
from yumen.console.pages.page import Access, Page
from yumen.console.pages.signing_in.sign_in import begin_session
from yumen.console.sign_on.provider import LostTrip, ProviderRefused, Trip, set_out
from yumen.errors import NotFound

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
    """Send the browser to the provider."""
    relying = relying_of(visit)
    trip = set_out(relying.provider.name, own_path(visit.query.get("next", ""), "/overview"))
    way = await relying.way_to(trip, back_of(visit, relying))
    visit.jar.set(TRIP, urlsafe_b64encode(msgspec.json.encode(trip)).decode(), TRIP_S)
    return RedirectResponse(way, 303)


async def arrive(visit: Visit) -> Response:
    """Take the provider's word and open a session."""
    relying, trip = relying_of(visit), trip_of(visit)
    visit.jar.drop(TRIP)
    if trip.provider != relying.provider.name or not compare_digest(trip.state.encode(), visit.query.get("state", "").encode()):
        raise LostTrip
    code = visit.query.get("code")
    if code is None:  # the provider says why in `error`; the visitor has seen it there
        raise ProviderRefused
    vouched = await relying.arrived(trip, code, back_of(visit, relying))
    session = await visit.services.offices.single_sign_on.open(vouched, relying.provider.newcomers, visit.call.actor.address)
    begin_session(visit, session.key)
    return visit.go(own_path(trip.next, "/overview"))


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
