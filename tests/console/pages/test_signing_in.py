"""Signing in and out by the pages: a session in a cookie, the way to where one wanted to go, and nothing about what was wrong."""

from __future__ import annotations

from urllib.parse import urlencode

import msgspec
import pytest

from tests.console.api.world import World
from tests.console.pages.visitor import Visitor, text_of
from tests.organizations.doubles import PASSWORD
from yumen.console.pages.cookies import SESSION
from yumen.errors import Overloaded
from yumen.keys import AdminKeys
from yumen.keys.values import Role


async def test_a_session_begins_and_ends(world: World) -> None:
    """The password opens what was wanted, and after signing out the cookie's key opens nothing, even where somebody kept it."""
    email = await address_of(world)
    visitor = Visitor(world)
    await visitor.get("/sign-in?next=/requests%3Fstatus%3Derror")
    fields = {"email": email, "password": PASSWORD, "next": "/requests?status=error"}
    answer = await visitor.post("/sign-in", fields)
    assert (answer.status_code, answer.headers["location"]) == (303, "/requests?status=error")
    key = visitor.client.cookies[SESSION]
    assert 'id="menu"' in (await visitor.get("/nowhere")).text
    assert (await visitor.post("/sign-out")).headers["location"] == "/sign-in"
    assert "You are signed out." in text_of(await visitor.get("/sign-in"))
    assert 'id="menu"' not in (await Visitor(world, key).get("/nowhere")).text


async def test_whoever_just_signed_in_is_let_in_while_strangers_guess_keys(world: World) -> None:
    """A session that was opened a moment ago is known, though no unknown key is looked up any more."""
    world.services = msgspec.structs.replace(world.services, door=AdminKeys(world.town.keys, world.clock, unknown_per_second=0))
    email, visitor = await address_of(world), Visitor(world)
    await visitor.get("/sign-in")
    assert (await visitor.post("/sign-in", {"email": email, "password": PASSWORD})).status_code == 303
    assert (await Visitor(world, await world.key(world.a, Role.VIEWER)).get("/nowhere")).status_code == Overloaded.status
    assert 'id="menu"' in (await visitor.get("/nowhere")).text


@pytest.mark.parametrize("elsewhere", ["//evil.example", "https://evil.example", "/\\evil.example"])
async def test_nobody_is_led_elsewhere_by_signing_in(world: World, elsewhere: str) -> None:
    """Where to go afterwards is a path of the console, whoever made the link."""
    email, visitor = await address_of(world), Visitor(world)
    assert 'name="next" value="/overview"' in (await visitor.get(f"/sign-in?{urlencode({'next': elsewhere})}")).text
    answer = await visitor.post("/sign-in", {"email": email, "password": PASSWORD, "next": elsewhere})
    assert answer.headers["location"] == "/overview"
    answer = await visitor.client.get("/sign-in", params={"next": elsewhere})
    assert answer.headers["location"] == "/overview"


async def test_what_was_wrong_is_not_told(world: World) -> None:
    """A wrong password and an unknown address give the same page, which does not repeat the password."""
    email, visitor = await address_of(world), Visitor(world)
    await visitor.get("/sign-in")
    pages = [await visitor.post("/sign-in", {"email": each, "password": "quite wrong"}) for each in (email, "nobody@example.org")]
    assert [page.status_code for page in pages] == [401, 401]
    assert pages[0].text.replace(email, "") == pages[1].text.replace("nobody@example.org", "")
    assert "quite wrong" not in pages[0].text


async def address_of(world: World) -> str:
    """Make a member and return the mail address."""
    return (await world.offices.members.user(await world.member(world.a, Role.OWNER))).email
