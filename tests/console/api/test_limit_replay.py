"""What a limit would have done last week: read from the ledger, of what it is set on, and told to who may know."""

from __future__ import annotations

from typing import Any

from tests.console.api.test_table import check_error
from tests.console.api.test_usage_series import HOUR_US, fill
from tests.console.api.world import World
from yumen.keys.values import Role
from yumen.limits.values import Kind, Scope, ScopeKind

PATH = "/v1/organizations/limits/replay"
MINUTE_US = 60_000_000


async def replay(world: World, scope: tuple[str, str], kind: str, value: int | str) -> dict[str, Any]:
    """Ask what a limit would have done."""
    asked = {"scope": {"kind": scope[0], "id": scope[1]}, "limit": {"kind": kind, "value": value}}
    answer = await world.ask("POST", PATH, await world.key(world.a, Role.OWNER), json=asked)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def at(world: World, hours: int) -> int:
    """Return the beginning of a minute so many hours ago."""
    return (world.clock.now_us() - hours * HOUR_US) // MINUTE_US * MINUTE_US


async def test_requests_per_minute_are_counted_by_minutes(world: World) -> None:
    """Three in one minute are one too many for two a minute; three in three minutes are not. Nothing is set by asking."""
    crowd = [{"time_us": at(world, 5) + n} for n in range(3)]
    await fill(world, *crowd, *({"time_us": at(world, 3) + n * MINUTE_US} for n in range(3)), {"organization_id": world.b})
    found = await replay(world, ("organization", world.a), "requests_per_minute", 2)
    assert (found["requests"], found["refused_requests"], found["highest"], found["certainty"]) == (6, 1, 3, "at_least")
    assert [moment["used"] for moment in found["moments"]] == [3]
    lists = await world.ask("GET", "/v1/organizations/limits", await world.key(world.a, Role.OWNER))
    assert [line for line in lists.json()["data"] if line["source"] == "set"] == []


async def test_a_scope_counts_its_own_alone(world: World) -> None:
    """A workspace's limit looks at the workspace's requests."""
    mine = (await world.workspace(world.a)).id
    await fill(world, *({"workspace_id": mine, "time_us": at(world, 5) + n} for n in range(3)), {"time_us": at(world, 5)})
    assert (await replay(world, ("workspace", mine), "requests_per_minute", 1))["refused_requests"] == 2


async def test_tokens_are_counted_by_class_of_models_and_cache_reads_are_free(world: World) -> None:
    """Each class has a bucket of its own."""
    usual = {"time_us": at(world, 5), "input_tokens": 300, "cache_read_tokens": 9000}
    await fill(world, usual, usual | {"model_answered": "claude-haiku-4-5"})
    found = await replay(world, ("organization", world.a), "input_tokens_per_minute", 100)
    assert (found["refused"], found["highest"], found["certainty"]) == (200, 300, "estimate")


async def test_money_is_counted_by_days(world: World) -> None:
    """What a day cost above the limit would have been refused; what is older than the week is not told."""
    old = world.clock.now_us() - 9 * 24 * HOUR_US
    await fill(world, *({"time_us": at(world, 30) + n} for n in range(4)), *({"time_us": old + n} for n in range(4)))
    found = await replay(world, ("organization", world.a), "spend_per_day", "1.50")
    assert (found["refused"], found["refused_requests"], found["requests"], found["highest"]) == ("0.50", 1, 4, "2.00")


async def test_whoever_may_not_see_costs_is_told_none(world: World) -> None:
    """A developer may ask about rates, and not about money."""
    key = await world.key(world.a, Role.DEVELOPER)
    scope = {"kind": "organization", "id": world.a}
    spend = {"scope": scope, "limit": {"kind": "spend_per_day", "value": "1.00"}}
    check_error(await world.ask("POST", PATH, key, json=spend), 403, "permission_error")
    rate = {"scope": scope, "limit": {"kind": "requests_per_minute", "value": 1}}
    assert (await world.ask("POST", PATH, key, json=rate)).status_code == 200


async def test_another_organizations_use_is_not_told(world: World) -> None:
    """Whatever is not the caller's own is not there."""
    things = {
        "organization": world.b,
        "workspace": (await world.workspace(world.b)).id,
        "key": (await world.plain_key(world.b)).key_id,
        "member": await world.member(world.b),
    }
    for kind, thing_id in things.items():
        asked = {"scope": {"kind": kind, "id": thing_id}, "limit": {"kind": "requests_per_minute", "value": 1}}
        check_error(await world.ask("POST", PATH, await world.key(world.a, Role.OWNER), json=asked), 404, "not_found_error")


async def test_what_the_ledger_cannot_tell_is_refused(world: World) -> None:
    """How many ran at once does not stand in sums."""
    asked = {"scope": {"kind": "organization", "id": world.a}, "limit": {"kind": "concurrent_requests", "value": 1}}
    check_error(await world.ask("POST", PATH, await world.key(world.a, Role.OWNER), json=asked), 400, "invalid_request_error")


async def test_a_day_that_is_not_counted_yet_stands_as_the_ledger_says(world: World) -> None:
    """After a start, before anybody asked, what is used of days and months is read from the ledger; of rates nothing is told."""
    workspace = (await world.workspace(world.a)).id
    scope = Scope(ScopeKind.WORKSPACE, workspace)
    await world.limit(scope, world.a, Kind.REQUESTS_PER_MONTH, 10)
    await world.limit(scope, world.a, Kind.SPEND_PER_MONTH, 10**9)
    await world.limit(scope, world.a, Kind.REQUESTS_PER_MINUTE, 10)
    now_us = world.clock.now_us()
    await fill(
        world,
        {"workspace_id": workspace, "time_us": now_us},
        {"workspace_id": workspace, "time_us": now_us - 40 * 24 * HOUR_US},
        {"time_us": now_us},
    )
    answer = await world.ask("GET", "/v1/organizations/limits", await world.key(world.a, Role.OWNER), params={"scope_kind": "workspace"})
    uses = {line["limit"]["kind"]: line["use"] for line in answer.json()["data"]}
    assert uses["requests_per_month"]["used"] == 1
    assert uses["spend_per_month"]["remaining"] == "0.50"
    assert uses["requests_per_minute"] is None
