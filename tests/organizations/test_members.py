"""Members: roles, removal, and the owner that stays."""

from __future__ import annotations

import asyncio

import pytest

from tests.organizations.doubles import CALLER, ME, PASSWORD, Town, sealer_of
from yumen.errors import NotFound, OperatorError
from yumen.keys import KeyIssuer, KeyOrder
from yumen.keys.values import Workspace
from yumen.organizations import faults
from yumen.organizations.prompts import PromptWanted, Reader
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


async def test_what_a_member_alone_could_see_goes_with_it(town: Town) -> None:
    """Private prompts of that organization are deleted, which the audit log tells; shared ones, and those kept elsewhere, stay."""
    organization, _ = await town.signed_up("ada@example.org")
    home, bob = await town.signed_up("bob@example.org")
    await town.offices.members.add(ME, organization, bob, Role.DEVELOPER)
    prompts = town.offices.prompts
    for place, name, shared in ((organization, "private", False), (organization, "shared", True), (home, "elsewhere", False)):
        await prompts.create(Reader(ME, place, bob), PromptWanted(name, shared, b"{}"), sealer_of)
    await town.offices.members.remove(ME, organization, bob)
    assert [each.name for each in await prompts.every(Reader(ME, organization, bob))] == ["shared"]
    assert [each.name for each in await prompts.every(Reader(ME, home, bob))] == ["elsewhere"]
    acts = [one.act for one in await town.offices.audit.page(organization)]
    assert [(act.before or {})["name"] for act in acts if act.action == "prompt.delete"] == ["private"]


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


async def test_a_key_that_was_made_for_less_does_not_rise_with_its_member(town: Town) -> None:
    """A promotion reaches what the member made as its own; what others made for it, or it made for less, only ever falls."""
    organization, _ = await town.signed_up("ada@example.org")
    _, bob = await town.signed_up("bob@example.org")
    members = town.offices.members
    await members.add(ME, organization, bob, Role.ADMIN)
    session = await town.offices.sign_in.open("bob@example.org", PASSWORD, CALLER, organization)
    issuer = KeyIssuer(town.keys, town.clock)

    async def key(role: Role, creator: str) -> str:
        order = KeyOrder("session", role=role, organization_id=organization, user_id=bob, created_by=creator)
        return (await issuer.create(order)).record.key_id

    keys = [session.key_id, await key(Role.ADMIN, "user_other"), await key(Role.VIEWER, bob), await key(Role.BILLING, "user_other")]

    async def roles() -> list[Role | None]:
        found = await town.keys.find(keys)
        return [found[each].role for each in keys]

    await members.change(ME, organization, bob, Role.OWNER)
    assert await roles() == [Role.OWNER, Role.ADMIN, Role.VIEWER, Role.BILLING]
    await members.change(ME, organization, bob, Role.VIEWER)
    assert await roles() == [Role.VIEWER] * 4
    await members.change(ME, organization, bob, Role.ADMIN)
    assert (await roles())[1:] == [Role.VIEWER, Role.ADMIN, Role.VIEWER]


async def test_an_operators_session_is_no_matter_of_an_organization(town: Town) -> None:
    """Another owner of the default organization changes an operator's membership, not what it may do as the operator."""
    token = await town.offices.setup.token()
    root = await town.offices.setup.claim(token or "", "root@example.org", "Root", PASSWORD)
    _, ada = await town.signed_up("ada@example.org")
    await town.offices.members.add(ME, DEFAULT_ORGANIZATION, ada, Role.OWNER)
    session = await town.offices.sign_in.open("root@example.org", PASSWORD, CALLER)
    await town.offices.members.change(ME, DEFAULT_ORGANIZATION, root.id, Role.VIEWER)
    assert (await town.keys.find([session.key_id]))[session.key_id].role is Role.OPERATOR


async def test_a_key_made_while_its_member_is_removed_lives_on_nowhere(town: Town) -> None:
    """Whichever of the two comes first: the key is refused, or revoked with the others."""
    organization, _ = await town.signed_up("ada@example.org")
    _, bob = await town.signed_up("bob@example.org")
    await town.offices.members.add(ME, organization, bob, Role.ADMIN)
    order = KeyOrder("k", role=Role.ADMIN, organization_id=organization, user_id=bob, created_by=bob)
    issuer = KeyIssuer(town.keys, town.clock)
    acts = [issuer.create(order) for _ in range(3)]
    await asyncio.gather(*acts, town.offices.members.remove(ME, organization, bob), return_exceptions=True)
    assert all(key.revoked_at_us is not None for key in await town.keys.every() if key.user_id == bob)
    with pytest.raises(OperatorError, match="removed"):
        await issuer.create(order)


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
