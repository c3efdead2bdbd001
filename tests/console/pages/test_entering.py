"""The ways in: the first administrator, a sign-up with its codes in every state, and invitations."""

from __future__ import annotations

import re
from pathlib import Path

import msgspec
import pytest

from tests.console.api.world import World
from tests.console.pages.visitor import Visitor, text_of
from tests.organizations.doubles import ME, PASSWORD
from yumen.console.pages.cookies import SESSION
from yumen.keys.values import Role
from yumen.organizations.values import NEW_ORGANIZATION
from yumen.storage import Database

TWICE = {"password": PASSWORD, "again": PASSWORD}
NEW = TWICE | {"kind": "enterprise", "organization_name": "New", "name": "Ada", "email": "ada@new.org", "purpose": "Tests.\r\nMore."}


async def signed_up(visitor: Visitor, **changes: str) -> str:
    """Fill the sign-up's form in and return where it leads."""
    await visitor.get("/sign-up")
    answer = await visitor.post("/sign-up", NEW | changes)
    assert answer.status_code == 303, text_of(answer)
    return str(answer.headers["location"])


def id_in(path: str) -> str:
    """Return the sign-up that a path names."""
    return path.partition("id=")[2]


# ── the first administrator ─────────────────────────────────────────────────


async def test_the_set_up_token_makes_an_administrator_who_is_signed_in(world: World) -> None:
    """The link of the banner fills the token in; who comes is signed in at once and led to a first key; then the page is over."""
    token = await world.offices.setup.token()
    visitor = Visitor(world)
    assert (await visitor.get("/")).headers["location"] == "/set-up"
    page = await visitor.get(f"/set-up?token={token}")
    assert f'value="{token}"' in page.text
    assert "first-run/setup-token" in page.text
    answer = await visitor.post("/set-up", TWICE | {"token": token, "email": "Root@Example.org", "name": "Root"})
    assert (answer.status_code, answer.headers["location"]) == (303, "/welcome")
    assert "Root" in (await visitor.get("/welcome")).text
    assert (await Visitor(world).get("/set-up")).headers["location"] == "/sign-in"


async def test_what_is_wrong_with_a_set_up_is_said_beside_what_was_typed(world: World) -> None:
    """A wrong token, or passwords that differ: the page says so, keeps the fields but the passwords, and nobody is signed in."""
    token = await world.offices.setup.token()
    visitor = Visitor(world)
    await visitor.get("/set-up")
    sent = TWICE | {"token": token, "email": "root@example.org", "name": "Root"}
    for change, sentence in (({"token": "wrong"}, "The code is wrong"), ({"again": "another password"}, "two passwords are not the same")):
        answer = await visitor.post("/set-up", sent | change)
        assert answer.status_code == 400
        assert sentence in text_of(answer)
        assert 'value="root@example.org"' in answer.text
        assert PASSWORD not in answer.text
        assert SESSION not in visitor.client.cookies
    assert await world.offices.setup.pending()


# ── signing up ──────────────────────────────────────────────────────────────


async def test_from_a_sign_up_to_signing_in(world: World) -> None:
    """A code by mail, entered with spaces as people do, makes the organization; the page leads on to signing in."""
    visitor = Visitor(world)
    path = await signed_up(visitor)
    assert path.startswith("/sign-up/verify?id=signup_")
    assert "eight digits was sent" in text_of(await visitor.get(path))
    code = world.town.mail.code("ada@new.org")
    wrong = await visitor.post("/sign-up/verify", {"id": id_in(path), "channel": "email", "code": "00000000"})
    assert (wrong.status_code, "The code is wrong" in text_of(wrong)) == (400, True)
    done = await visitor.post("/sign-up/verify", {"id": id_in(path), "channel": "email", "code": f"{code[:4]} {code[4:]}"})
    assert done.headers["location"] == path
    assert 'href="/sign-in?next=/welcome"' in (await visitor.get(path)).text
    session = await world.offices.sign_in.open("ada@new.org", PASSWORD, "192.0.2.7")
    assert session.role is Role.OWNER


async def test_a_code_is_sent_again(world: World) -> None:
    """The new one counts, the earlier one no longer."""
    visitor = Visitor(world)
    path = await signed_up(visitor)
    early = world.town.mail.code("ada@new.org")
    await visitor.get(path)
    assert (await visitor.post("/sign-up/verify", {"id": id_in(path), "again": "1"})).headers["location"] == path
    assert "There is a new code" in text_of(await visitor.get(path))
    fields = {"id": id_in(path), "channel": "email"}
    assert (await visitor.post("/sign-up/verify", fields | {"code": early})).status_code == 400
    assert (await visitor.post("/sign-up/verify", fields | {"code": world.town.mail.code("ada@new.org")})).status_code == 303


async def test_an_address_that_is_known_is_not_given_away(world: World) -> None:
    """The pages are the same, word for word, for an address that has an account."""
    await world.town.signed_up("known@example.org")
    pages = []
    for email in ("known@example.org", "new@example.org"):
        visitor = Visitor(world)
        world.clock.pass_s(4000)
        path = await signed_up(visitor, email=email)
        pages.append(text_of(await visitor.get(path)))
    assert pages[0] == pages[1]


@pytest.mark.parametrize("terms", [{"approval": True, "phone_required": ("CN",)}])
async def test_a_phone_and_an_approval(database: Database, tmp_path: Path, terms: dict[str, object]) -> None:
    """Where both are asked for: a second code by text message, a number with spaces, the wait, and each decision on the same page."""
    world = World(database, tmp_path, **terms)
    visitor = Visitor(world)
    assert "looked at by whoever runs this gateway" in text_of(await visitor.get("/sign-up"))
    missing = await visitor.post("/sign-up", NEW | {"country": "CN"})
    assert "need a phone number" in text_of(missing)
    assert '<option value="CN" selected' in missing.text
    for decision, sentence in (("approve", "All is ready"), ("decline", "was declined")):
        world.clock.pass_s(4000)
        email = f"{decision}@new.org"
        path = await signed_up(visitor, country="CN", phone="+86 138-0013 8000", email=email)
        sign_up_id = id_in(path)
        await visitor.post("/sign-up/verify", {"id": sign_up_id, "channel": "email", "code": world.town.mail.code(email)})
        assert "Confirm your phone number" in text_of(await visitor.get(path))
        await visitor.post("/sign-up/verify", {"id": sign_up_id, "channel": "phone", "code": world.town.texts.code()})
        assert "is being looked at" in text_of(await visitor.get(path))
        if decision == "approve":
            await world.offices.sign_ups.approve(ME, sign_up_id)
        else:
            await world.offices.sign_ups.decline(ME, sign_up_id, "No.")
        assert sentence in text_of(await visitor.get(path))


@pytest.mark.parametrize(("mode", "said"), [("closed", "Nobody can sign up here"), ("invitation", "Only the invited")])
async def test_the_operators_terms_are_said(database: Database, tmp_path: Path, mode: str, said: str) -> None:
    """Where nobody, or only the invited, may sign up, the page says so, and a form sent all the same is refused."""
    visitor = Visitor(World(database, tmp_path, mode=mode))
    assert said in text_of(await visitor.get("/sign-up"))
    assert (await visitor.post("/sign-up", NEW)).status_code == 403


async def test_without_a_mail_server_the_page_says_whom_to_ask(world: World) -> None:
    """The code that nothing can send is shown by `yumen signups`, and the page says so rather than let somebody wait."""
    world.services = msgspec.structs.replace(world.services, offices=world.town.open(post=False))
    visitor = Visitor(world)
    path = await signed_up(visitor)
    assert "cannot send mail. Whoever runs it sees your code with the command yumen signups" in text_of(await visitor.get(path))


async def test_a_sign_up_that_is_not_there_is_not_found(world: World) -> None:
    """Whatever stands in the address."""
    for identifier in ("signup_00000000000000000000000", "../me"):
        assert (await Visitor(world).get(f"/sign-up/verify?id={identifier}")).status_code == 404


async def test_countries_stand_in_the_order_of_their_names(world: World) -> None:
    """In English by letter without accents, in Chinese by sound."""
    for language, names in (("en", ["Afghanistan", "Åland Islands", "Albania"]), ("zh", ["阿尔巴尼亚", "法国", "中国"])):
        page = (await Visitor(world, language=language).get("/sign-up")).text
        listed = re.findall(r'<option value="[A-Z]{2}">([^<]+)</option>', page)
        assert [listed.index(name) for name in names] == sorted(listed.index(name) for name in names)


# ── invitations ─────────────────────────────────────────────────────────────


async def test_a_newcomer_accepts_an_invitation_and_is_signed_in(world: World) -> None:
    """The link says where to and as what; a name and a password make the account, and the session is there."""
    token = (await world.invite(world.a, Role.VIEWER, "grace@example.org"))[1]
    visitor = Visitor(world)
    page = await visitor.get(f"/invitations/accept?token={token}")
    assert "Organization A, in the role “viewer”" in text_of(page)
    answer = await visitor.post("/invitations/accept", TWICE | {"token": token, "name": "Grace"})
    assert (answer.status_code, answer.headers["location"]) == (303, "/")
    assert "Organization A" in (await visitor.get("/members")).text


async def test_whoever_has_an_account_accepts_by_its_password(world: World) -> None:
    """No new password is asked for, a wrong one is refused, and the right one makes a member of that person."""
    email = (await world.offices.members.user(await world.member(world.b))).email
    token = (await world.invite(world.a, Role.DEVELOPER, email))[1]
    visitor = Visitor(world)
    assert 'name="again"' not in (await visitor.get(f"/invitations/accept?token={token}")).text
    wrong = await visitor.post("/invitations/accept", {"token": token, "password": "not the password"})
    assert (wrong.status_code, "address or the password is wrong" in text_of(wrong)) == (401, True)
    assert (await visitor.post("/invitations/accept", {"token": token, "password": PASSWORD})).status_code == 303
    assert email in {person.user.email for person in await world.offices.members.every(world.a)}


async def test_whoever_is_signed_in_joins_without_a_password(world: World) -> None:
    """By a click, for the own address alone; the session goes on in the new organization."""
    session = await world.session(world.b, Role.BILLING)
    visitor = Visitor(world, session.key)
    foreign = (await world.invite(world.a, Role.OWNER, "other@example.org"))[1]
    assert 'name="own"' not in (await visitor.get(f"/invitations/accept?token={foreign}")).text
    assert (await visitor.post("/invitations/accept", {"token": foreign, "own": "1"})).status_code == 400
    token = (await world.invite(world.a, Role.DEVELOPER, session.user.email))[1]
    assert 'type="password"' not in (await visitor.get(f"/invitations/accept?token={token}")).text
    assert (await visitor.post("/invitations/accept", {"token": token, "own": "1"})).headers["location"] == "/"
    page = await visitor.get("/members")
    assert "You are a member of Organization A now." in text_of(page)
    assert session.user.email in page.text
    assert (await Visitor(world).post("/invitations/accept", {"token": token, "own": "1"})).status_code in (400, 403)


async def test_an_invitation_that_does_not_count_says_so(world: World) -> None:
    """Used, foreign or cut short: the page says what may have happened and asks for a whole one."""
    for token in ("invite_nothing.token", (await world.invite(world.a))[1][:-1]):
        page = await Visitor(world).get(f"/invitations/accept?token={token}")
        assert page.status_code == 400
        assert "does not count" in text_of(page)
    assert (await Visitor(world).get("/invitations/accept")).status_code == 200


async def test_an_invitation_to_sign_up_leads_there(world: World) -> None:
    """With its token and address, so that the form has both."""
    await world.offices.invitations.create(ME, NEW_ORGANIZATION, "new@example.org", Role.OWNER)
    token = world.town.mail.token("new@example.org")
    answer = await Visitor(world).get(f"/invitations/accept?token={token}")
    assert answer.headers["location"].startswith("/sign-up?invitation=invite_")
    assert answer.headers["location"].endswith("&email=new%40example.org")
