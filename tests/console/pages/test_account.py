"""The own account by pages: the second factor from the picture to the recovery codes, passwords, sessions, another organization."""

from __future__ import annotations

import re
from html import unescape

from tests.console.api.world import World
from tests.console.pages.visitor import Visitor, text_of
from tests.organizations.doubles import ME, PASSWORD, code_now
from yumen.clock import iso
from yumen.console.pages.cookies import SECOND_STEP, SESSION
from yumen.keys.values import Role
from yumen.organizations.totp import STEP_US
from yumen.organizations.values import Kind, SignedIn

SECRET = re.compile(r'id="secret">([A-Z2-7 ]+)<')
CODES = re.compile(r'id="codes"[^>]*>([^<]+)<')
NEW = "another password of some length"
HOUR_US = 3_600_000_000


async def at_home(world: World) -> tuple[Visitor, SignedIn]:
    """Return somebody who is signed in."""
    session = await world.session(world.a, Role.OWNER)
    return Visitor(world, session.key), session


async def begin(visitor: Visitor) -> str:
    """Begin a second factor, and return its secret as the page has it."""
    await visitor.get("/account/second-factor")
    page = await visitor.post("/account/second-factor")
    found = SECRET.search(page.text)
    assert found
    assert "<svg" in page.text
    return found[1].replace(" ", "")


async def test_a_second_factor_from_the_picture_to_signing_in(world: World) -> None:
    """A wrong code leaves the picture as it is; the right one shows recovery codes once; then signing in asks for a code."""
    visitor, session = await at_home(world)
    secret = await begin(visitor)
    wrong = await visitor.post("/account/second-factor/confirm", {"code": "000000", "password": PASSWORD})
    assert (wrong.status_code, secret) == (400, SECRET.findall(wrong.text)[0].replace(" ", ""))
    shown = await visitor.post("/account/second-factor/confirm", {"code": code_now(secret, world.clock), "password": PASSWORD})
    codes = unescape(CODES.findall(shown.text)[0]).split()
    assert len(codes) == 10
    for path in ("/account", "/account/second-factor"):
        page = (await visitor.get(path)).text
        assert not any(hidden in page for hidden in (*codes, secret))
    world.clock.us += STEP_US
    guest = Visitor(world)
    await guest.get("/sign-in")
    answer = await guest.post("/sign-in", {"email": session.user.email, "password": PASSWORD, "next": "/account"})
    assert answer.headers["location"] == "/sign-in/code?next=%2Faccount"
    assert SESSION not in guest.client.cookies
    assert (await guest.get("/account")).headers["location"].startswith("/sign-in")
    await guest.get("/sign-in/code?next=/account")
    assert (await guest.post("/sign-in/code", {"code": "000000"})).status_code == 400
    answer = await guest.post("/sign-in/code", {"code": codes[0], "next": "/account"})
    assert (answer.status_code, answer.headers["location"]) == (303, "/account")
    assert SECOND_STEP not in guest.client.cookies
    assert "Recovery codes left: 9" in text_of(await guest.get("/account"))


async def test_a_second_factor_is_switched_off(world: World) -> None:
    """By the password and a code; new recovery codes by a code."""
    visitor, _ = await at_home(world)
    secret = await begin(visitor)
    await visitor.post("/account/second-factor/confirm", {"code": code_now(secret, world.clock), "password": PASSWORD})
    await visitor.get("/account/second-factor")
    codes = CODES.findall((await visitor.post("/account/second-factor/codes", {"code": code_now(secret, world.clock, 1)})).text)[0].split()
    await visitor.get("/account/second-factor")
    refused = await visitor.post("/account/second-factor/off", {"password": "wrong", "code": codes[0]})
    assert "That is not your password." in text_of(refused)
    assert (await visitor.post("/account/second-factor/off", {"password": PASSWORD, "code": codes[0]})).headers["location"] == "/account"
    assert "The second factor is switched off." in text_of(await visitor.get("/account"))


async def test_the_second_step_without_the_first(world: World) -> None:
    """Whoever comes by a link begins with the password, and a forged token opens nothing."""
    guest = Visitor(world)
    assert (await guest.get("/sign-in/code")).headers["location"] == "/sign-in"
    guest.client.cookies.set(SECOND_STEP, "forged")
    await guest.get("/sign-in/code")
    assert (await guest.post("/sign-in/code", {"code": "123456"})).status_code == 401


async def test_a_forgotten_password(world: World) -> None:
    """The page says the same for everybody; the letter's link sets a new password, and the session in this browser is over."""
    visitor, session = await at_home(world)
    await visitor.get("/password/forgotten")
    told = []
    for email in (session.user.email, "nobody@example.org"):
        answer = await visitor.post("/password/forgotten", {"email": email})
        told.append((answer.status_code, text_of(answer).replace(email, "")))
    assert told[0] == told[1]
    await world.offices.resets.settle()
    found = re.search(r"user_\w+\.[\w-]+", world.town.mail.last(session.user.email).text)
    assert found
    await visitor.get(f"/password/reset?token={found[0]}")
    assert (await visitor.post("/password/reset", {"token": found[0], "password": NEW, "again": "x"})).status_code == 400
    answer = await visitor.post("/password/reset", {"token": found[0], "password": NEW, "again": NEW})
    assert answer.headers["location"] == "/sign-in"
    assert SESSION not in visitor.client.cookies
    assert (await Visitor(world, session.key).get("/account")).headers["location"].startswith("/sign-in")
    await visitor.get("/sign-in")
    assert (await visitor.post("/sign-in", {"email": session.user.email, "password": NEW})).status_code == 303


async def test_another_password_and_another_name(world: World) -> None:
    """The old password is asked for; what was wrong is said on the same page, without the passwords."""
    visitor, session = await at_home(world)
    await visitor.get("/account")
    wrong = await visitor.post("/account/password", {"old": "not the one", "password": NEW, "again": NEW})
    assert wrong.status_code == 400
    assert not any(typed in wrong.text for typed in ("not the one", NEW))
    assert (await visitor.post("/account/password", {"old": PASSWORD, "password": NEW, "again": NEW})).status_code == 303
    await visitor.get("/account")
    await visitor.post("/account", {"name": "Ada <L>"})
    assert "Ada &lt;L&gt;" in (await visitor.get("/account")).text
    assert (await world.offices.members.user(session.user.id)).name == "Ada <L>"


async def test_sessions_are_shown_and_ended(world: World) -> None:
    """Where each was opened from, when it was last used, and which one this is; one that is ended opens nothing any more."""
    visitor, session = await at_home(world)
    other = await world.offices.sign_in.open(session.user.email, PASSWORD, "198.51.100.9")
    assert isinstance(other, SignedIn)
    world.clock.us += HOUR_US
    answer = await visitor.get("/account")
    assert f'datetime="{iso(world.clock.now_us())}" data-form="ago"' in answer.text
    page = text_of(answer)
    assert "198.51.100.9" in page
    assert "this one" in page
    assert (await visitor.post("/account/sessions/end", {"id": other.key_id})).headers["location"] == "/account"
    assert (await Visitor(world, other.key).get("/account")).headers["location"].startswith("/sign-in")
    foreign = await world.session(world.b)
    assert (await visitor.post("/account/sessions/end", {"id": foreign.key_id})).status_code == 404
    await world.offices.sign_in.open(session.user.email, PASSWORD, "198.51.100.9")
    await visitor.post("/account/sessions/end-others")
    assert "Other sessions that have ended: 1" in text_of(await visitor.get("/account"))


async def test_going_on_in_another_organization(world: World) -> None:
    """Whoever is in several organizations changes over, and is out of the one before."""
    visitor, session = await at_home(world)
    assert "Go there" not in text_of(await visitor.get("/account"))
    elsewhere = await world.offices.registry.create(ME, "Elsewhere", Kind.ENTERPRISE, "trial")
    await world.offices.members.add(ME, elsewhere.id, session.user.id, Role.VIEWER)
    assert "Go there" in text_of(await visitor.get("/account"))
    assert (await visitor.post("/account/organization", {"organization_id": world.b})).status_code == 404
    assert (await visitor.post("/account/organization", {"organization_id": elsewhere.id})).status_code == 303
    page = text_of(await visitor.get("/account"))
    assert "Elsewhere" in page
    assert (await Visitor(world, session.key).get("/account")).headers["location"].startswith("/sign-in")


async def test_a_key_that_is_no_persons_has_no_account(world: World) -> None:
    """The page says so, and nothing can be sent."""
    visitor = Visitor(world, await world.key(world.a, Role.OWNER))
    for path in ("/account", "/account/second-factor"):
        assert "You are here by a key" in text_of(await visitor.get(path))
    assert (await visitor.post("/account/password", {"old": "x", "password": NEW, "again": NEW})).status_code == 403
