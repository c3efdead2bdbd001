"""Admin keys by pages: made by those in charge, told from the keys of people who are signed in, and never what locks out its own holder."""

from __future__ import annotations

import re

import pytest

from tests.console.api.world import World
from tests.console.pages.visitor import Visitor, text_of
from yumen.console.pages.keys.shown import shuts_out
from yumen.exchange.values import Asked
from yumen.keys.restrictions import OnlyAddresses
from yumen.keys.values import Role

ME = "127.0.0.1"
"""Where a test's visitor comes from."""


@pytest.mark.parametrize(
    ("role", "may"),
    [
        (Role.OPERATOR, {"operator", "owner", "admin", "viewer"}),
        (Role.OWNER, {"owner", "admin", "viewer"}),
        (Role.ADMIN, {"admin", "viewer"}),
    ],
)
async def test_an_admin_key_is_made_by_those_in_charge(world: World, role: Role, may: set[str]) -> None:
    """With a role that they may hand out; it is shown once, with a call of the admin API and none of Claude's."""
    page = Visitor(world, await world.key(world.a, role))
    form = await page.get("/keys/new-admin")
    offered = set(re.findall(r'<option value="(operator|owner|admin|viewer)"', form.text))
    assert offered == may
    for wanted in may:
        shown = await page.post("/keys/new-admin", {"name": f"for {wanted}", "role": wanted, "expiry": "90", "addresses": ME})
        assert shown.status_code == 200
        assert "/v1/organizations/me" in shown.text
        assert "/v1/messages" not in shown.text
        assert "/v1/messages" not in (await page.post(f"/keys/{await key_id(world, f'for {wanted}')}/rotate", {"grace": "0"})).text
    if role is not Role.OPERATOR:
        assert (await page.post("/keys/new-admin", {"name": "more", "role": "operator"})).status_code == 403


@pytest.mark.parametrize("role", [Role.DEVELOPER, Role.BILLING, Role.VIEWER])
async def test_nobody_else_makes_one(world: World, role: Role) -> None:
    """Neither is the form shown, nor is it taken."""
    page = Visitor(world, await world.key(world.a, role))
    await page.get("/account")
    assert (await page.get("/keys/new-admin")).status_code == 403
    assert (await page.post("/keys/new-admin", {"name": "x", "role": role.value})).status_code == 403


async def test_sessions_are_a_kind_of_their_own(world: World) -> None:
    """Who is signed in stands not among the keys that somebody made to last; one can be ended, but not replaced."""
    session = await world.session(world.a, Role.ADMIN)
    page = Visitor(world, await world.key(world.a, Role.OWNER))
    assert session.key_id not in (await page.get("/keys?kind=admin")).text
    listed = await page.get("/keys?kind=session")
    assert session.key_id in listed.text
    assert session.user.name in text_of(listed)
    one = (await page.get(f"/keys/{session.key_id}")).text
    assert f"/keys/{session.key_id}/revoke" in one
    assert f"/keys/{session.key_id}/rotate" not in one
    assert "Last requests" not in one


async def test_whoever_is_signed_in_with_a_key_is_not_locked_out_unawares(world: World) -> None:
    """The page says that it is this key; a list of addresses without the own one is refused with the reason, and any other is taken."""
    page = Visitor(world, await world.key(world.a, Role.OWNER))
    own = re.findall(r"/keys/(apikey_\w+)\"", (await page.get("/keys?kind=admin")).text)[0]
    assert "You are signed in with this very key" in text_of(await page.get(f"/keys/{own}"))
    refused = await page.post(f"/keys/{own}/restrictions", {"addresses": "203.0.113.7"})
    assert refused.status_code == 400
    assert f"come from {ME}" in text_of(refused)
    assert (await page.post(f"/keys/{own}/restrictions", {"addresses": "127.0.0.0/8"})).status_code == 303
    assert (await page.get("/keys")).status_code == 200


async def test_a_list_without_the_own_address_is_taken_for_another_key_and_said(world: World) -> None:
    """A key for elsewhere is the rule; that it does not work from here is said where it is made, and where it is changed."""
    page = Visitor(world, await world.key(world.a, Role.OWNER))
    await page.get("/keys/new")
    made = await page.post("/keys/new", {"name": "far", "addresses": "203.0.113.7"})
    assert f"Your own address {ME} is not among them" in text_of(made)
    at = f"/keys/{await key_id(world, 'far')}/settings"
    assert f"Your own address {ME} is not in the list" in text_of(await page.get(at))
    await page.post(at.replace("settings", "restrictions"), {"addresses": ME})
    assert "Your own address" not in text_of(await page.get(at))


@pytest.mark.parametrize(
    ("addresses", "out"),
    [
        ((), False),
        ((ME,), False),
        (("127.0.0.0/8",), False),
        (("203.0.113.7", ME), False),
        (("203.0.113.7",), True),
        (("::1",), True),
        (("nonsense",), False),
    ],
)
def test_who_is_shut_out(addresses: tuple[str, ...], out: bool) -> None:  # noqa: FBT001  (a table's column)
    """Just as the restriction itself decides; what cannot be read is the operation's to refuse."""
    assert shuts_out(addresses, ME) is out
    if "nonsense" not in addresses and addresses:
        assert (OnlyAddresses(addresses).refusal(Asked(ME, "/")) is not None) is out


async def key_id(world: World, name: str) -> str:
    """Return the id of the key of that name; of several, the oldest."""
    return next(one.key_id for one in await world.town.keys.every() if one.name == name)
