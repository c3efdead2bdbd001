"""Organizations, their workspaces and their plans, as the operator and the people in charge change them."""

from __future__ import annotations

import asyncio

import msgspec
import pytest

from tests.organizations.doubles import CALLER, ME, PASSWORD, Town
from yumen.errors import NotFound, OperatorError
from yumen.keys import IssuedKey, KeyIssuer, KeyOrder
from yumen.keys.values import Workspace as Home
from yumen.limits.terms.store_sql import SqlTermsStore
from yumen.limits.values import Kind as LimitKind
from yumen.limits.values import Limit
from yumen.organizations import faults
from yumen.organizations.registry import OrganizationChange
from yumen.organizations.values import DEFAULT_ORGANIZATION, Kind, Plan, Role, Workspace, WorkspaceMember

TEN = Limit(LimitKind.REQUESTS_PER_MINUTE, 10)


async def test_an_organization_is_changed(town: Town) -> None:
    """Name, time zone and plan change, each act with what was before; what is the same writes nothing."""
    made = await town.offices.registry.create(ME, " Example ", Kind.ENTERPRISE, "trial")
    assert made.name == "Example"
    change = OrganizationChange(name="New", time_zone="Asia/Shanghai", plan="enterprise")
    changed = await town.offices.registry.update(ME, made.id, change)
    assert (changed.name, changed.time_zone, changed.plan) == ("New", "Asia/Shanghai", "enterprise")
    await town.offices.registry.update(ME, made.id, change)
    acts = [one.act for one in await town.offices.audit.page(made.id)]
    assert [act.action for act in acts] == ["organization.update", "workspace.create", "workspace.create", "organization.create"]
    assert acts[0].before == {"name": "Example", "plan": "trial", "time_zone": "UTC"}
    assert acts[0].after == {"name": "New", "plan": "enterprise", "time_zone": "Asia/Shanghai"}


async def test_what_an_organization_cannot_be(town: Town) -> None:
    """No such plan, zone or name; isolation comes with a plan that has it."""
    registry = town.offices.registry
    made = await registry.create(ME, "Example", Kind.ENTERPRISE, "trial")
    for change, fault in (
        (OrganizationChange(plan="none"), faults.UnknownPlan),
        (OrganizationChange(time_zone="Asia/Nowhere"), faults.WrongTimeZone),
        (OrganizationChange(time_zone="../../etc/passwd"), faults.WrongTimeZone),
        (OrganizationChange(name=" "), faults.WrongName),
        (OrganizationChange(isolated=True), faults.BeyondPlan),
    ):
        with pytest.raises(fault):
            await registry.update(ME, made.id, change)
    assert await registry.one(made.id) == made
    changed = await registry.update(ME, made.id, OrganizationChange(plan="enterprise", isolated=True))
    assert changed.isolated
    with pytest.raises(faults.BeyondPlan):
        await registry.update(ME, made.id, OrganizationChange(plan="trial"))
    with pytest.raises(faults.DefaultOrganization):  # it would lock the operator out
        await registry.update(ME, DEFAULT_ORGANIZATION, OrganizationChange(isolated=True))
    with pytest.raises(NotFound):
        await registry.update(ME, "org_x", OrganizationChange(name="x"))
    with pytest.raises(faults.UnknownPlan):
        await registry.create(ME, "x", Kind.ENTERPRISE, "none")
    assert {each.id for each in await registry.every()} == {DEFAULT_ORGANIZATION, made.id}


async def test_a_suspended_organization(town: Town) -> None:
    """Its keys are found as suspended, and work again after it is resumed; the operator's own organization cannot be suspended."""
    organization, _ = await town.signed_up("ada@example.org")
    session = await town.offices.sign_in.open("ada@example.org", PASSWORD, CALLER)
    revision = await town.database.read_revision()
    suspended = await town.offices.registry.suspend(ME, organization)
    assert suspended.suspended_us == town.clock.now_us()
    assert await town.database.read_revision() == revision + 1
    assert (await town.keys.find([session.key_id]))[session.key_id].suspended
    await town.offices.registry.resume(ME, organization)
    assert not (await town.keys.find([session.key_id]))[session.key_id].suspended
    with pytest.raises(faults.DefaultOrganization):
        await town.offices.registry.suspend(ME, DEFAULT_ORGANIZATION)


async def test_workspaces(town: Town) -> None:
    """Any number, each with a name of its own and an environment; an archived one leaves its name to others."""
    organization, _ = await town.signed_up("ada@example.org")
    workspaces = town.offices.workspaces
    made = await workspaces.create(ME, organization, "research", "staging")
    for name, environment, fault in (
        ("research", "production", faults.NameTaken),
        ("x", "test", faults.WrongEnvironment),
        ("", "staging", faults.WrongName),
    ):
        with pytest.raises(fault):
            await workspaces.create(ME, organization, name, environment)
    assert (await workspaces.rename(ME, organization, made.id, "lab")).name == "lab"
    with pytest.raises(faults.NameTaken):
        await workspaces.rename(ME, organization, made.id, "production")
    assert [each.name for each in await workspaces.every(organization)] == ["production", "staging", "lab"]
    await workspaces.archive(ME, organization, made.id)
    with pytest.raises(faults.ArchivedWorkspace):
        await workspaces.rename(ME, organization, made.id, "x")
    assert [each.name for each in await workspaces.every(organization)] == ["production", "staging"]
    assert [each.name for each in await workspaces.every(organization, archived=True)] == ["production", "staging", "lab"]
    await workspaces.create(ME, organization, "lab", "production")
    for foreign in (workspaces.one(DEFAULT_ORGANIZATION, made.id), workspaces.archive(ME, DEFAULT_ORGANIZATION, made.id)):
        with pytest.raises(NotFound):
            await foreign


async def test_an_archived_workspace_takes_its_keys_with_it(town: Town) -> None:
    """Its keys are revoked in the same transaction, each audited; the first two workspaces stay."""
    organization, _ = await town.signed_up("ada@example.org")
    workspaces = town.offices.workspaces
    made = await workspaces.create(ME, organization, "research", "staging")
    keys = []
    for workspace in await workspaces.every(organization):
        order = KeyOrder("k", workspace=Home(workspace.id, organization, workspace.environment))
        keys.append((await KeyIssuer(town.keys, town.clock).create(order)).record.key_id)
    revision = await town.database.read_revision()
    await workspaces.archive(ME, organization, made.id)
    assert await town.database.read_revision() == revision + 1
    found = await town.keys.find(keys)
    assert [found[key].revoked_at_us is None for key in keys] == [True, True, False]
    acts = [one.act for one in await town.offices.audit.page(organization)][:2]
    assert [(act.action, act.target) for act in acts] == [("api_key.revoke", keys[2]), ("workspace.archive", made.id)]
    await workspaces.archive(ME, organization, made.id)
    for workspace in await workspaces.every(organization):
        with pytest.raises(faults.DefaultWorkspace):
            await workspaces.archive(ME, organization, workspace.id)


async def test_a_key_made_while_its_workspace_is_archived_lives_on_nowhere(town: Town) -> None:
    """Whichever of the two comes first: the key is refused, or revoked with the others."""
    organization, _ = await town.signed_up("ada@example.org")
    for turn in range(5):
        made = await town.offices.workspaces.create(ME, organization, f"lab {turn}", "staging")
        order = KeyOrder("k", workspace=Home(made.id, organization, made.environment))
        issuer = KeyIssuer(town.keys, town.clock)
        acts = [issuer.create(order) for _ in range(3)]
        ended = await asyncio.gather(*acts, town.offices.workspaces.archive(ME, organization, made.id), return_exceptions=True)
        assert {type(each) for each in ended} <= {IssuedKey, OperatorError, Workspace}
        assert all(key.revoked_at_us is not None for key in await town.keys.every() if key.workspace_id == made.id)
        with pytest.raises(OperatorError, match="archived"):
            await issuer.create(order)
    assert all(key.workspace_id != made.id or key.revoked_at_us is not None for key in await town.keys.every())


async def test_members_of_a_workspace(town: Town) -> None:
    """Only members of the organization, each once; every change is audited."""
    organization, ada = await town.signed_up("ada@example.org")
    _, bob = await town.signed_up("bob@example.org")
    workspaces = town.offices.workspaces
    home = (await workspaces.every(organization))[0].id
    place = WorkspaceMember(home, ada, Role.DEVELOPER)
    await workspaces.add_member(ME, organization, place)
    with pytest.raises(faults.AlreadyMember):
        await workspaces.add_member(ME, organization, place)
    with pytest.raises(NotFound):
        await workspaces.add_member(ME, organization, WorkspaceMember(home, bob, Role.DEVELOPER))
    await workspaces.change_member(ME, organization, WorkspaceMember(home, ada, Role.ADMIN))
    assert await workspaces.members(organization, home) == [WorkspaceMember(home, ada, Role.ADMIN)]
    await workspaces.remove_member(ME, organization, home, ada)
    with pytest.raises(NotFound):
        await workspaces.remove_member(ME, organization, home, ada)
    acts = [one.act.action for one in await town.offices.audit.page(organization)][:3]
    assert acts == ["workspace_member.delete", "workspace_member.update", "workspace_member.create"]


async def test_the_plans_as_shipped(town: Town) -> None:
    """`trial` has 20 requests a minute and 5,000 a month; `enterprise` and `unlimited` have none, and may be isolated."""
    plans = {plan.name: plan for plan in await town.offices.plans.every()}
    assert sorted(plans) == ["enterprise", "trial", "unlimited"]
    assert plans["trial"].limits == (Limit(LimitKind.REQUESTS_PER_MINUTE, 20), Limit(LimitKind.REQUESTS_PER_MONTH, 5000))
    assert (plans["trial"].isolation, plans["enterprise"].isolation) == (False, True)


async def test_a_plan_is_data(town: Town) -> None:
    """The operator makes, changes and deletes plans; each change raises the revision, and is what the limits read."""
    plans, registry = town.offices.plans, town.offices.registry
    await plans.put(ME, Plan("team", (TEN,), isolation=False, description="d", description_zh="中"))
    made = await registry.create(ME, "Example", Kind.ENTERPRISE, "team")
    terms = SqlTermsStore(town.database)
    assert (await terms.read([made.id]))[made.id].plan == (TEN,)
    revision = await town.database.read_revision()
    more = Limit(LimitKind.REQUESTS_PER_MINUTE, 100)
    await plans.put(ME, Plan("team", (more,), isolation=True, description="d", description_zh="中"))
    assert await town.database.read_revision() == revision + 1
    assert (await terms.read([made.id]))[made.id].plan == (more,)
    with pytest.raises(faults.PlanInUse):
        await plans.delete(ME, "team")
    await registry.update(ME, made.id, OrganizationChange(plan="trial"))
    await plans.delete(ME, "team")
    with pytest.raises(NotFound):
        await plans.one("team")
    acts = [one.act for one in await town.offices.audit.page() if one.act.target == "team"]
    assert [act.action for act in acts] == ["plan.delete", "plan.update", "plan.create"]
    assert (acts[1].before or {})["limits"][0]["value"] == 10


async def test_what_a_plan_cannot_be(town: Town) -> None:
    """Names and limits are checked; the plan on which sign-ups start stays, though nobody is on it."""
    plan = Plan("a", (TEN,), isolation=False, description="", description_zh="")
    for wrong, fault in (
        (msgspec.structs.replace(plan, name="a b"), faults.WrongPlanName),
        (msgspec.structs.replace(plan, limits=(TEN, TEN)), faults.WrongLimit),
        (msgspec.structs.replace(plan, limits=(Limit(LimitKind.SPEND_PER_DAY, 10**18),)), faults.WrongLimit),
    ):
        with pytest.raises(fault):
            await town.offices.plans.put(ME, wrong)
    with pytest.raises(faults.PlanInUse):
        await town.offices.plans.delete(ME, "trial")
    assert await town.offices.plans.put(ME, plan) == plan
