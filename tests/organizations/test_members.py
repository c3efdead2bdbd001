"""Members: roles, removal, and the owner that stays."""

from __future__ import annotations

import asyncio

import pytest

from tests.organizations.doubles import CALLER, ME, PASSWORD, Town
from yumen.errors import NotFound
from yumen.keys import KeyIssuer, KeyOrder
from yumen.keys.values import Workspace
from yumen.organizations import faults
from yumen.organizations.values import DEFAULT_ORGANIZATION, Role, WorkspaceMember


async def test_a_member_is_added_changed_and_removed(town: Town) -> None:
    """Each step is in the audit log, with what was before and after."""
    organization, _ = await town.signed_up("ada@example.org")
    _, bob = await town.signed_up("bob@example.org")
    members = town.offices.members
    await members.add(ME, organization, bob, Role.VIEWER)
    with pytest.raises(faults.AlreadyMember):
        await members.add(ME, organization, bob, Role.VIEWER)
    assert (await members.change(ME, organization, bob, Role.BILLING)).member.role is Role.BILLING
    assert [person.user.email for person in await members.every(organization)] == ["ada@example.org", "bob@example.org"]
    assert (await members.remove(ME, organization, bob)).user.id == bob
    with pytest.raises(NotFound):
        await members.one(organization, bob)
    acts = [one.act for one in await town.offices.audit.page(organization)][:3]
    assert [(act.action, act.actor, act.target, act.before, act.after) for act in acts[::-1]][1:] == [
        ("member.update", ME, bob, {"role": "viewer"}, {"role": "billing"}),
        ("member.delete", ME, bob, acts[0].before, None),
    ]
    assert (acts[0].before or {})["role"] == "billing"
    assert await members.of_user(bob) != []


@pytest.mark.parametrize("role", [role for role in Role if role not in (Role.OWNER, Role.OPERATOR)])
async def test_the_last_owner_stays(town: Town, role: Role) -> None:
    """The only owner can be neither demoted nor removed; one of two can."""
    organization, ada = await town.signed_up("ada@example.org")
    members = town.offices.members
    with pytest.raises(faults.LastOwner):
        await members.change(ME, organization, ada, role)
    with pytest.raises(faults.LastOwner):
        await members.remove(ME, organization, ada)
    assert (await members.change(ME, organization, ada, Role.OWNER)).member.role is Role.OWNER
    _, bob = await town.signed_up("bob@example.org")
    await members.add(ME, organization, bob, Role.OWNER)
    await members.change(ME, organization, ada, role)
    with pytest.raises(faults.LastOwner):
        await members.remove(ME, organization, bob)


async def test_two_owners_cannot_remove_each_other_at_once(town: Town) -> None:
    """However they run together, one of two removals at the same time finds the last owner."""
    organization, ada = await town.signed_up("ada@example.org")
    _, bob = await town.signed_up("bob@example.org")
    await town.offices.members.add(ME, organization, bob, Role.OWNER)
    removals = (town.offices.members.remove(ME, organization, user) for user in (ada, bob))
    ended = await asyncio.gather(*removals, return_exceptions=True)
    assert sorted(type(each).__name__ for each in ended) == ["LastOwner", "Person"]
    assert len(await town.offices.members.every(organization)) == 1


async def test_sessions_follow_their_member(town: Town) -> None:
    """A session has a new role at once, and is revoked with the keys that are the member's own; nobody else's are."""
    organization, ada = await town.signed_up("ada@example.org")
    _, bob = await town.signed_up("bob@example.org")
    await town.offices.members.add(ME, organization, bob, Role.ADMIN)
    sessions = {
        user: await town.offices.sign_in.open(email, PASSWORD, CALLER, organization)
        for user, email in ((ada, "ada@example.org"), (bob, "bob@example.org"))
    }
    (production, _) = await town.offices.workspaces.every(organization)
    order = KeyOrder("bob's", workspace=Workspace(production.id, organization, "production"), user_id=bob)
    own = (await KeyIssuer(town.keys, town.clock).create(order)).record
    await town.offices.workspaces.add_member(ME, organization, WorkspaceMember(production.id, bob, Role.DEVELOPER))
    await town.offices.members.change(ME, organization, bob, Role.VIEWER)
    keys = await town.keys.find([sessions[bob].key_id, own.key_id])
    assert (keys[sessions[bob].key_id].role, keys[own.key_id].role) == (Role.VIEWER, None)
    revision = await town.database.read_revision()
    await town.offices.members.remove(ME, organization, bob)
    assert await town.database.read_revision() == revision + 1
    keys = await town.keys.find([session.key_id for session in sessions.values()] + [own.key_id])
    assert keys[sessions[ada].key_id].revoked_at_us is None
    assert keys[sessions[bob].key_id].revoked_at_us == keys[own.key_id].revoked_at_us == town.clock.now_us()
    assert await town.offices.workspaces.members(organization, production.id) == []


async def test_who_is_not_there(town: Town) -> None:
    """Foreign and unknown ids are not found; `operator` is no membership."""
    organization, ada = await town.signed_up("ada@example.org")
    members = town.offices.members
    for wrong in (members.one(organization, "user_x"), members.one(DEFAULT_ORGANIZATION, ada), members.user("x@example.org")):
        with pytest.raises(NotFound):
            await wrong
    for wrong_add in (members.add(ME, "org_x", ada, Role.VIEWER), members.add(ME, organization, "user_x", Role.VIEWER)):
        with pytest.raises(NotFound):
            await wrong_add
    with pytest.raises(faults.WrongRole):
        await members.change(ME, organization, ada, Role.OPERATOR)
    assert (await members.user("ADA@example.org")).id == (await members.user(ada)).id
