"""Requests for more: asked with a reason, decided in one place, told to both, in force at once."""

from __future__ import annotations

from typing import Any

import pytest

from tests.organizations.doubles import ME, PASSWORD, Town
from yumen.errors import NotFound
from yumen.keys import KeyIssuer, KeyOrder
from yumen.keys.values import Workspace as Home
from yumen.limits.terms.store_sql import SqlTermsStore
from yumen.limits.values import Kind, Limit, Line, Scope, ScopeKind
from yumen.organizations import faults
from yumen.organizations.values import DEFAULT_ORGANIZATION, RequestStatus, Wanted, WantedLimit
from yumen.policy.values import Policy


def wanted(kind: ScopeKind, identifier: str, value: int = 100, **more: Any) -> Wanted:  # noqa: ANN401  (fields)
    """A request for so many requests a minute."""
    return Wanted((WantedLimit(Scope(kind, identifier), Limit(Kind.REQUESTS_PER_MINUTE, value)),), **more)


async def settled(town: Town) -> tuple[str, str, str, str]:
    """An operator and an organization; return the organization, its owner, a workspace and a key."""
    await town.offices.setup.claim(await town.offices.setup.token() or "", "root@example.org", "Root", PASSWORD)
    organization, ada = await town.signed_up("ada@example.org")
    workspace = (await town.offices.workspaces.every(organization))[0].id
    order = KeyOrder("k", workspace=Home(workspace, organization, "production"))
    key = (await KeyIssuer(town.keys, town.clock).create(order)).record.key_id
    return organization, ada, workspace, key


async def test_approved_with_other_values(town: Town) -> None:
    """The operator is told of the request, grants less; the limit is written in one transaction, and both are told."""
    organization, ada, workspace, key = await settled(town)
    requests = town.offices.requests
    for kind, identifier in ((ScopeKind.ORGANIZATION, organization), (ScopeKind.WORKSPACE, workspace), (ScopeKind.KEY, key)):
        asked = await requests.ask(ME, organization, ada, wanted(kind, identifier), "a launch")
        assert "a launch" in town.mail.last("root@example.org").text
        (waiting,) = await requests.every(status=RequestStatus.OPEN)
        assert (waiting.id, waiting.reason, waiting.wanted) == (asked.id, "a launch", asked.wanted)
        revision = await town.database.read_revision()
        for value in (50,):
            decided = await requests.approve(ME, asked.id, "not all of it", wanted(kind, identifier, value))
        assert await town.database.read_revision() == revision + 1
        assert (decided.status, decided.answer, decided.decided_by) == (RequestStatus.APPROVED, "not all of it", ME.name)
        for address in ("root@example.org", "ada@example.org"):
            assert "= 50" in town.mail.last(address).text
            assert "not all of it" in town.mail.last(address).text
        lines = (await SqlTermsStore(town.database).read([organization]))[organization].lines
        assert Line(Scope(kind, identifier), Limit(Kind.REQUESTS_PER_MINUTE, 50)) in lines
    asked = await requests.ask(ME, organization, ada, wanted(ScopeKind.KEY, key, 70), "more")
    await requests.approve(ME, asked.id)
    lines = (await SqlTermsStore(town.database).read([organization]))[organization].lines
    assert [line.limit.value for line in lines if line.scope.kind is ScopeKind.KEY] == [70]
    acts = [one.act for one in await town.offices.audit.page(organization)]
    assert [act.action for act in acts[:3]] == ["increase_request.approved", "limit.update", "increase_request.create"]
    assert (acts[1].before, acts[1].after) == ({"value": 50}, {"value": 70})


async def test_isolation_and_a_policy(town: Town) -> None:
    """What is granted is in force, whatever its plan has; a policy must be there."""
    organization, ada, _, _ = await settled(town)
    asked = await town.offices.requests.ask(ME, organization, ada, Wanted(isolation=True, policy="own"), "a rule of ours")
    with pytest.raises(faults.UnknownPolicy):
        await town.offices.requests.approve(ME, asked.id)
    assert not (await town.offices.registry.one(organization)).isolated
    await town.offices.policies.add(ME, Policy("own"), None)
    await town.offices.requests.approve(ME, asked.id)
    found = await town.offices.registry.one(organization)
    assert (found.plan, found.isolated) == ("trial", True)
    assert [(each.scope_id, meant.name) for each, meant in await town.offices.policies.attachments(organization)] == [(organization, "own")]


async def test_declined(town: Town) -> None:
    """Declined with an answer, told to both, once; nothing else changes."""
    organization, ada, _, key = await settled(town)
    requests = town.offices.requests
    asked = await requests.ask(ME, organization, ada, wanted(ScopeKind.KEY, key), "please")
    with pytest.raises(faults.WrongReason):
        await requests.decline(ME, asked.id, " ")
    declined = await requests.decline(ME, asked.id, "no room")
    assert (declined.status, declined.answer) == (RequestStatus.DECLINED, "no room")
    assert all("no room" in town.mail.last(address).text for address in ("root@example.org", "ada@example.org"))
    for again in (requests.decline(ME, asked.id, "no"), requests.approve(ME, asked.id)):
        with pytest.raises(faults.AlreadyDecided):
            await again
    assert (await SqlTermsStore(town.database).read([organization]))[organization].lines == ()


async def test_what_cannot_be_asked(town: Town) -> None:
    """Nothing, for no reason, for a place that is another's, or a limit that cannot be: refused, also when granted."""
    organization, ada, workspace, key = await settled(town)
    requests = town.offices.requests
    other, _ = await town.signed_up("bob@example.org")
    for what, reason, fault in (
        (Wanted(), "x", faults.NothingWanted),
        (wanted(ScopeKind.KEY, key), "", faults.WrongReason),
        (wanted(ScopeKind.ORGANIZATION, other), "x", faults.WrongScope),
        (wanted(ScopeKind.KEY, "apikey_x"), "x", faults.WrongScope),
        (wanted(ScopeKind.LABEL, "x"), "x", faults.WrongScope),
        (wanted(ScopeKind.KEY, key, 0), "x", faults.WrongLimit),
    ):
        with pytest.raises(fault):
            await requests.ask(ME, organization, ada, what, reason)
    with pytest.raises(faults.WrongScope):
        await requests.ask(ME, other, None, wanted(ScopeKind.WORKSPACE, workspace), "x")
    asked = await requests.ask(ME, organization, ada, wanted(ScopeKind.KEY, key), "x")
    with pytest.raises(faults.WrongScope):
        await requests.approve(ME, asked.id, "", wanted(ScopeKind.ORGANIZATION, other))
    assert (await requests.one(asked.id)).status is RequestStatus.OPEN
    with pytest.raises(NotFound):
        await requests.one(asked.id, DEFAULT_ORGANIZATION)
    assert await requests.every(other) == []
