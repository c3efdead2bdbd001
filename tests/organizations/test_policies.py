"""Policies that are stored: in versions that never change, attached where they may be, by whom they may be, and written down."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from tests.organizations.doubles import ME, Town
from yumen.errors import NotFound
from yumen.keys import KeyIssuer, KeyOrder
from yumen.organizations import faults
from yumen.organizations.policies import MAX_ATTACHED, MAX_POLICIES, Attaching, Place
from yumen.organizations.registry import OrganizationChange
from yumen.organizations.values import DEFAULT_ORGANIZATION, Kind
from yumen.policy.store import Attached
from yumen.policy.store_sql import SqlPolicyStore
from yumen.policy.stored import from_store
from yumen.policy.values import Action, Policy, Rule, Scope

WHOLE = Place(Scope.ORGANIZATION, DEFAULT_ORGANIZATION, DEFAULT_ORGANIZATION)


def policy(name: str = "p", word: str = "cat") -> Policy:
    """A policy that blocks a word."""
    return Policy(name, rules=(Rule("r", Action.BLOCK, "Not that.", words=(word,)),))


async def test_versions_never_change(town: Town) -> None:
    """A name that is there gets a new version, the same document none; names are each owner's."""
    policies = town.offices.policies
    first = await policies.add(ME, policy(), None)
    again = await policies.add(ME, policy(), None)
    second = await policies.add(ME, policy(word="dog"), None)
    own = await policies.add(ME, policy(word="bird"), DEFAULT_ORGANIZATION)
    assert (first.version, again.version, second.version, own.version) == (1, 1, 2, 1)
    assert first.id == second.id != own.id
    assert [from_store(each.document).rules[0].words for each in await policies.versions("p")] == [("dog",), ("cat",)]
    assert [each.version for each in await policies.versions("p", DEFAULT_ORGANIZATION)] == [1]
    assert [(each.id, each.version) for each in await policies.every()] == [(second.id, 2), (own.id, 1)]
    with pytest.raises(NotFound):
        await policies.add(ME, policy(), "org_none")


async def test_what_gateways_read(town: Town) -> None:
    """An attachment with the version that it means: the newest, or the one that was named; and none where there is no policy."""
    policies = town.offices.policies
    stored = await policies.add(ME, policy(), None)
    before = await town.database.read_revision()
    await policies.attach(ME, WHOLE, Attaching("p", shadow=True))
    assert await town.database.read_revision() == before + 1
    await policies.add(ME, policy(word="dog"), None)
    reader = SqlPolicyStore(town.database)
    assert [(each.shadow, each.version) for each in await reader.attached()] == [(True, 2)]
    await policies.attach(ME, WHOLE, Attaching("p", version=1))
    assert [(each.shadow, each.version) for each in await reader.attached()] == [(False, 1)]
    (document,) = await reader.documents([(stored.id, 1), (stored.id, 7)])
    assert document == stored


async def test_what_was_changed_by_hand_concerns_nobody_else(town: Town) -> None:
    """No attachment to nothing can be written; whatever stands in the other columns is read, and acts; text in a document is its bytes."""
    stored = await town.offices.policies.add(ME, policy(), None)
    await town.offices.policies.attach(ME, WHOLE, Attaching("p", shadow=True))
    with pytest.raises(sa.exc.IntegrityError):
        await by_hand(town, "UPDATE policy_attachments SET scope = 'team'")
    await by_hand(town, "UPDATE policies SET document = '{'")
    assert [each.document for each in await town.offices.policies.every()] == [b"{"]
    await town.offices.policies.add(ME, policy("other"), None)
    reader = SqlPolicyStore(town.database)
    if town.database.kind == "sqlite":  # PostgreSQL takes no such thing
        await by_hand(town, "UPDATE policy_attachments SET shadow = 'perhaps', created_us = 'once', version = 'new'")
        assert await reader.attached() == [Attached(DEFAULT_ORGANIZATION, stored.id, None, shadow=False)]
    assert [each.document for each in await reader.documents([(stored.id, 1)])] == [b"{"]


async def by_hand(town: Town, statement: str) -> None:
    """Change the database as somebody does with its own shell."""
    async with town.database.begin() as connection:
        await connection.exec_driver_sql(statement)


async def test_who_may_attach_what_where(town: Town) -> None:
    """Only to what is the organization's; its own people only its own policies, on a plan that has them."""
    offices = town.offices
    team = await offices.registry.create(ME, "Team", Kind.ENTERPRISE, "trial")
    whole = Place(Scope.ORGANIZATION, team.id, team.id)
    await offices.policies.add(ME, policy("operators"), None)
    with pytest.raises(faults.BeyondPlan):
        await offices.policies.add(ME, policy("own"), team.id, within_plan=True)
    await offices.policies.add(ME, policy("own"), team.id)
    with pytest.raises(faults.BeyondPlan):
        await offices.policies.attach(ME, whole, Attaching("own"), within_plan=True)
    with pytest.raises(faults.BeyondPlan):
        await offices.policies.detach(ME, whole, "own", within_plan=True)
    with pytest.raises(faults.WrongScope):
        await offices.policies.attach(ME, Place(Scope.ORGANIZATION, DEFAULT_ORGANIZATION, team.id), Attaching("own"))
    with pytest.raises(faults.WrongScope):
        await offices.policies.attach(ME, Place(Scope.KEY, "apikey_none", team.id), Attaching("own"))
    with pytest.raises(faults.UnknownPolicy):
        await offices.policies.attach(ME, WHOLE, Attaching("own"))
    big = await offices.registry.create(ME, "Big", Kind.ENTERPRISE, "enterprise")
    there = Place(Scope.ORGANIZATION, big.id, big.id)
    await offices.policies.add(ME, policy("own"), big.id, within_plan=True)
    await offices.policies.attach(ME, there, Attaching("own"), within_plan=True)
    await offices.policies.attach(ME, there, Attaching("operators"))
    with pytest.raises(faults.ForeignPolicy):
        await offices.policies.attach(ME, there, Attaching("operators"), within_plan=True)
    with pytest.raises(faults.ForeignPolicy):
        await offices.policies.detach(ME, there, "operators", within_plan=True)
    assert sorted(meant.name for _, meant in await offices.policies.attachments(big.id)) == ["operators", "own"]
    assert await offices.policies.attachments(team.id) == []
    await offices.policies.detach(ME, there, "own", within_plan=True)
    with pytest.raises(faults.Unknown):
        await offices.policies.detach(ME, there, "own")


async def test_a_policy_is_deleted(town: Town) -> None:
    """All versions of its owner's own, never another's of that name; not while something is under it; and it is written down."""
    policies = town.offices.policies
    for word in ("cat", "dog"):
        stored = await policies.add(ME, policy(word=word), None)
    with pytest.raises(faults.UnknownPolicy):
        await policies.delete(ME, "p", DEFAULT_ORGANIZATION)
    own = await policies.add(ME, policy(), DEFAULT_ORGANIZATION)
    await policies.attach(ME, WHOLE, Attaching("p"))
    with pytest.raises(faults.PolicyAttached):
        await policies.delete(ME, "p", DEFAULT_ORGANIZATION)
    await policies.detach(ME, WHOLE, "p")
    assert (await policies.delete(ME, "p", None)).version == 2
    assert [each.id for each in await policies.every()] == [own.id]
    act = (await town.offices.audit.page(limit=1))[0].act
    assert (act.action, act.target, act.organization_id, act.before) == ("policy.delete", stored.id, None, {"name": "p", "versions": 2})
    await town.offices.registry.update(ME, DEFAULT_ORGANIZATION, OrganizationChange(plan="trial"))
    with pytest.raises(faults.BeyondPlan):
        await policies.delete(ME, "p", DEFAULT_ORGANIZATION, within_plan=True)


async def test_there_are_not_too_many(town: Town) -> None:
    """Of an organization's policies, and of those that one place is under."""
    policies = town.offices.policies
    for number in range(MAX_POLICIES):
        await policies.add(ME, policy(f"p{number}"), None)
    with pytest.raises(faults.TooManyPolicies):
        await policies.add(ME, policy("more"), None)
    for number in range(MAX_ATTACHED):
        await policies.attach(ME, WHOLE, Attaching(f"p{number}"))
    with pytest.raises(faults.TooManyPolicies):
        await policies.attach(ME, WHOLE, Attaching("p50"))
    await policies.attach(ME, WHOLE, Attaching("p0", shadow=True))


async def test_the_audit_log_is_told_and_reads_no_words(town: Town) -> None:
    """Who stored, attached and detached what; never what a policy looks for."""
    policies = town.offices.policies
    stored = await policies.add(ME, policy(word="a name that nobody may know"), None)
    await policies.attach(ME, WHOLE, Attaching("p"))
    await policies.detach(ME, WHOLE, "p")
    acts = [each.act for each in await town.offices.audit.page(limit=10)]
    assert [act.action for act in acts[:3]] == ["policy.detach", "policy.attach", "policy.create"]
    assert {act.target for act in acts[:3]} == {stored.id}
    assert "nobody may know" not in repr(acts)


async def test_a_key_that_takes_another_s_place_is_under_its_policies(town: Town) -> None:
    """No rotation is a way around them."""
    await town.offices.policies.add(ME, policy(), None)
    issuer = KeyIssuer(town.keys, town.clock)
    old = (await issuer.create(KeyOrder("ci"))).record
    await town.offices.policies.attach(ME, Place(Scope.KEY, old.key_id, DEFAULT_ORGANIZATION), Attaching("p", shadow=True))
    new = (await issuer.rotate(old, 0)).record
    attached = await SqlPolicyStore(town.database).attached()
    assert {each.scope_id: each.shadow for each in attached} == {old.key_id: True, new.key_id: True}
