"""Limits by the admin API: in our own shape, as Claude's rate limits, and as spend limits in cents."""

from __future__ import annotations

import pytest

from tests.console.api.test_table import check_error
from tests.console.api.world import World
from tests.organizations.doubles import ME
from yumen.console.api.limit_fields import LimitGiven, dollars, nanodollars, read_limit, shown_limit
from yumen.console.api.spend_limits import cents
from yumen.keys.values import Role
from yumen.limits.values import Kind, Limit, Scope, ScopeKind, Standing
from yumen.organizations.registry import OrganizationChange

ROOT = "/v1/organizations"


async def on_trial(world: World) -> str:
    """Move the organization to the plan `trial`; return its owner's key."""
    await world.offices.registry.update(ME, world.a, OrganizationChange(plan="trial"))
    return await world.key(world.a, Role.OWNER)


async def test_limits_of_the_plan_are_listed_with_what_is_left(world: World) -> None:
    """A trial shows its two limits, where they come from, and how they stand right now."""
    key = await on_trial(world)
    world.standing = Standing(13, 1_800_000_060_000_000)
    found = (await world.ask("GET", f"{ROOT}/limits", key)).json()["data"]
    assert [(one["limit"]["kind"], one["limit"]["value"], one["source"]) for one in found] == [
        ("requests_per_minute", 20, "plan"),
        ("requests_per_month", 5000, "plan"),
    ]
    assert found[0]["use"] == {"used": 7, "remaining": 13, "resets_at": "2027-01-15T08:01:00.000000Z"}


async def test_only_the_operator_sets_the_limits_of_the_organization_as_a_whole(world: World) -> None:
    """One set there takes the place of the plan's; an owner divides what there is, and asks for more."""
    key = await on_trial(world)
    body = {"scope": {"kind": "organization", "id": world.a}, "limit": {"kind": "requests_per_minute", "value": 100}}
    unset = {"scope_kind": "organization", "scope_id": world.a, "kind": "requests_per_minute"}
    check_error(await world.ask("POST", f"{ROOT}/limits", key, json=body), 403, "permission_error")
    check_error(await world.ask("DELETE", f"{ROOT}/limits", key, params=unset), 403, "permission_error")
    operator = {"key": await world.key(world.a, Role.OPERATOR), "headers": {"anthropic-organization-id": world.a}}
    assert (await world.ask("POST", f"{ROOT}/limits", json=body, **operator)).status_code == 200
    found = (await world.ask("GET", f"{ROOT}/limits", key)).json()["data"]
    assert ("requests_per_minute", 100, "set") in [(one["limit"]["kind"], one["limit"]["value"], one["source"]) for one in found]
    assert len(found) == 2
    assert (await world.ask("DELETE", f"{ROOT}/limits", params=unset, **operator)).status_code == 200
    check_error(await world.ask("DELETE", f"{ROOT}/limits", params=unset, **operator), 404, "not_found_error")


@pytest.mark.parametrize("kind", ["workspace", "key", "member", "organization"])
async def test_no_limit_is_set_on_what_is_anothers(world: World, kind: str) -> None:
    """Another organization's things are not there, and neither is what nobody has."""
    foreign = {
        "workspace": (await world.workspace(world.b)).id,
        "key": (await world.plain_key(world.b)).key_id,
        "member": await world.member(world.b),
        "organization": world.b,
    }
    for wrong in (foreign[kind], "nobody"):
        body = {"scope": {"kind": kind, "id": wrong}, "limit": {"kind": "requests_per_minute", "value": 1}}
        check_error(await world.ask("POST", f"{ROOT}/limits", await world.key(world.a, Role.OWNER), json=body), 404, "not_found_error")


async def test_limits_hold_for_members_and_labels_too(world: World) -> None:
    """Each scope has its own line."""
    key = await world.key(world.a, Role.ADMIN)
    for scope in ({"kind": "member", "id": await world.member(world.a)}, {"kind": "label", "id": "marketing"}):
        limit = {"kind": "spend_per_day", "value": "0.000000001", "mode": "shadow", "reserve": "bound"}
        answer = await world.ask("POST", f"{ROOT}/limits", key, json={"scope": scope, "limit": limit})
        assert answer.json()["limit"] == limit | {"wait_ms": 0}
        assert answer.json()["scope"] == scope
    check_error(
        await world.ask("POST", f"{ROOT}/limits", key, json={"scope": {"kind": "label", "id": " x"}, "limit": limit}),
        400,
        "invalid_request_error",
    )


async def test_rate_limits_are_shown_by_group(world: World) -> None:
    """What is not set for count_tokens, batches and files is the value of requests_per_minute, as it is counted."""
    key = await on_trial(world)
    await world.limit(Scope(ScopeKind.ORGANIZATION, world.a), world.a, Kind.FILES_PER_MINUTE, 3)
    found = (await world.ask("GET", f"{ROOT}/rate_limits", key)).json()["data"]
    values = {one["group"]["type"]: {limit["type"]: limit["value"] for limit in one["limits"]} for one in found}
    assert values == {
        "model_group": {"requests_per_minute": 20, "requests_per_month": 5000},
        "batch": {"requests_per_minute": 20},
        "token_count": {"requests_per_minute": 20},
        "files": {"requests_per_minute": 3},
    }
    [one] = (await world.ask("GET", f"{ROOT}/rate_limits", key, params={"model": "claude-haiku-4-5"})).json()["data"]
    assert one["group"]["type"] == "model_group"
    missing = await world.ask("GET", f"{ROOT}/rate_limits", key, params={"model": "gpt-5"})
    check_error(missing, 404, "not_found_error")
    page = (await world.ask("GET", f"{ROOT}/rate_limits", key, params={"limit": 3})).json()
    rest = (await world.ask("GET", f"{ROOT}/rate_limits", key, params={"limit": 3, "page": page["next_page"]})).json()
    assert page["data"] + rest["data"] == found
    assert rest["next_page"] is None


async def test_a_workspaces_rate_limit_keeps_what_is_not_named(world: World) -> None:
    """Other types stay, and a shadow limit stays a shadow."""
    key = await world.key(world.a, Role.OWNER)
    workspace_id = (await world.workspace(world.a)).id
    path = f"{ROOT}/workspaces/{workspace_id}/rate_limits"
    body = {"scope": {"kind": "workspace", "id": workspace_id}, "limit": {"kind": "requests_per_minute", "value": 5, "mode": "shadow"}}
    assert (await world.ask("POST", f"{ROOT}/limits", key, json=body)).status_code == 200
    for value in (6, 7):
        limits = {"limits": [{"type": "requests_per_minute", "value": value}, {"type": "output_tokens_per_minute", "value": 100}]}
        answer = await world.ask("POST", f"{path}/rl_model_group", key, json=limits)
        assert [one["value"] for one in answer.json()["limits"]] == [value, 100]
    listed = (await world.ask("GET", f"{ROOT}/limits", key, params={"scope_kind": "workspace"})).json()["data"]
    assert {one["limit"]["kind"]: one["limit"]["mode"] for one in listed} == {
        "requests_per_minute": "shadow",
        "output_tokens_per_minute": "enforce",
    }
    wrong = {"limits": [{"type": "tool_uses_per_second", "value": 1}]}
    check_error(await world.ask("POST", f"{path}/rl_model_group", key, json=wrong), 400, "invalid_request_error")
    check_error(await world.ask("POST", f"{path}/rl_nothing", key, json={"limits": []}), 404, "not_found_error")


async def test_the_effective_spend_limit_is_the_members_own_or_the_organizations(world: World) -> None:
    """One row for each member and period that has a limit; pages are counted in members."""
    key = await world.key(world.a, Role.OWNER)
    people = [await world.member(world.a) for _ in range(3)]
    await world.limit(Scope(ScopeKind.ORGANIZATION, world.a), world.a, Kind.SPEND_PER_DAY, 25_000_000_000)
    await world.limit(Scope(ScopeKind.MEMBER, people[1]), world.a, Kind.SPEND_PER_MONTH, 123_456_789)
    page = (await world.ask("GET", f"{ROOT}/spend_limits/effective", key, params={"limit": 2})).json()
    rest = (await world.ask("GET", f"{ROOT}/spend_limits/effective", key, params={"limit": 2, "page": page["next_page"]})).json()
    rows = [(one["actor"]["user_id"], one["period"], one["amount"], one["source"]["type"]) for one in page["data"] + rest["data"]]
    assert rows == [
        (people[0], "daily", "2500", "organization"),
        (people[1], "daily", "2500", "organization"),
        (people[1], "monthly", "12.3456789", "user"),
        (people[2], "daily", "2500", "organization"),
    ]
    assert rest["next_page"] is None


async def test_spend_limits_are_set_shown_and_taken_away(world: World) -> None:
    """An amount of null takes one away, as deleting it does."""
    key = await world.key(world.a, Role.OWNER)
    scope = {"type": "label", "label": "marketing"}
    made = (await world.ask("POST", f"{ROOT}/spend_limits", key, json={"amount": "1050", "scope": scope, "reserve": "bound"})).json()
    assert (made["amount"], made["period"], made["scope"], made["reserve"]) == ("1050", "monthly", scope, "bound")
    assert (await world.ask("GET", f"{ROOT}/spend_limits/{made['id']}", key)).json() == made
    assert (await world.ask("GET", f"{ROOT}/spend_limits", key, params={"scope_type[]": ["label"]})).json()["data"] == [made]
    assert (await world.ask("GET", f"{ROOT}/spend_limits", key, params={"scope_type[]": ["user"]})).json()["data"] == []
    gone = await world.ask("POST", f"{ROOT}/spend_limits", key, json={"amount": None, "scope": scope})
    assert gone.json() == made | {"amount": None}
    check_error(await world.ask("GET", f"{ROOT}/spend_limits/{made['id']}", key), 404, "not_found_error")
    check_error(await world.ask("POST", f"{ROOT}/spend_limits", key, json={"amount": None, "scope": scope}), 404, "not_found_error")
    much = await world.ask("POST", f"{ROOT}/spend_limits", key, json={"amount": "999999999999", "scope": scope})
    check_error(much, 400, "invalid_request_error")


@pytest.mark.parametrize(
    ("nano", "in_dollars", "in_cents"),
    [
        (0, "0.00", "0"),
        (1, "0.000000001", "0.0000001"),
        (10_000_000, "0.01", "1"),
        (1_230_000_000, "1.23", "123"),
        (5 * 10**9, "5.00", "500"),
    ],
)
def test_money_is_written_exactly(nano: int, in_dollars: str, in_cents: str) -> None:
    """To the nano-dollar, and read back the same."""
    assert (dollars(nano), cents(nano)) == (in_dollars, in_cents)
    assert nanodollars("value", in_dollars) == nano


def test_limits_keep_their_kinds() -> None:
    """A limit that is read as it is shown is the same limit."""
    for kind in Kind:
        limit = Limit(kind, 1_500_000_000 if kind.startswith("spend") else 15)
        shown = shown_limit(limit)
        assert read_limit(LimitGiven(kind=shown.kind, value=shown.value)) == limit
