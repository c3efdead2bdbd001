"""Limits: the table with what is used, setting one after a look at last week, taking it away, and asking for more."""

from __future__ import annotations

from tests.console.api.test_limit_replay import at
from tests.console.api.test_usage_series import fill
from tests.console.api.world import World
from tests.console.pages.visitor import Visitor, text_of
from yumen.keys.values import Role
from yumen.limits.values import Kind, Limit, Mode, Reserve, Scope, ScopeKind, Standing


async def test_the_table_says_what_is_used_and_where_each_limit_comes_from(world: World) -> None:
    """Value, use, source and way of every limit stand there, under the name of what it is set on."""
    workspace = await world.workspace(world.a)
    await world.limit(Scope(ScopeKind.WORKSPACE, workspace.id), world.a, Kind.REQUESTS_PER_MINUTE, 40)
    world.standing = Standing(10, world.clock.now_us() + 5_000_000)
    text = text_of(await Visitor(world, await world.key(world.a, Role.OWNER)).get("/limits"))
    assert f"Workspace: {workspace.name}" in text
    assert "Requests per minute 40" in text
    assert "30 used, 10 left" in text
    assert "Set on the workspace Refuses" in text


async def test_what_is_used_is_told_anew_while_the_page_is_open(world: World) -> None:
    """The page's script gets the same words for the same places, with how full each is; of money nothing for who may not see costs."""
    whole = Scope(ScopeKind.ORGANIZATION, world.a)
    await world.limit(whole, world.a, Kind.REQUESTS_PER_MINUTE, 40)
    await world.limit(whole, world.a, Kind.SPEND_PER_DAY, 40)
    world.standing = Standing(4, world.clock.now_us() + 5_000_000)
    visitor = Visitor(world, await world.key(world.a, Role.DEVELOPER))
    page, told = await visitor.get("/limits"), (await visitor.ask("/limits/use")).json()
    name = f"organization:{world.a}:requests_per_minute"
    assert f'data-live="{name}"' in page.text
    assert 'data-live-from="/limits/use"' in page.text
    assert {"text": "36 used, 4 left", "kind": "warn", "share": 0.9}.items() <= told[name].items()
    assert f"organization:{world.a}:spend_per_day" not in told


async def test_whoever_may_not_see_costs_sees_no_use_of_money(world: World) -> None:
    """A developer sees that there is a spend limit, and not what is spent."""
    await world.limit(Scope(ScopeKind.ORGANIZATION, world.a), world.a, Kind.SPEND_PER_DAY, 5 * 10**9)
    world.standing = Standing(10**9, world.clock.now_us())
    owner = text_of(await Visitor(world, await world.key(world.a, Role.OWNER)).get("/limits"))
    developer = text_of(await Visitor(world, await world.key(world.a, Role.DEVELOPER)).get("/limits"))
    assert "$4.00 used, $1.00 left" in owner
    assert "Spend per day" in developer
    assert "$4.00" not in developer
    assert "By what is expected" in developer


async def test_a_limit_is_set_after_a_look_at_last_week(world: World) -> None:
    """The look changes nothing and says what would have been refused; then the limit is set as it was looked at."""
    workspace = await world.workspace(world.a)
    await fill(world, *({"workspace_id": workspace.id, "time_us": at(world, 5) + n} for n in range(3)))
    key = await world.key(world.a, Role.ADMIN)
    visitor = Visitor(world, key)
    look = f"/limits/set?scope=workspace:{workspace.id}&kind=requests_per_minute&value=2&mode=shadow"
    assert "it would have refused 1 of 3 requests" in text_of(await visitor.get(look))
    assert (await limits_of(world, workspace.id)) == []
    fields = {"scope": f"workspace:{workspace.id}", "kind": "requests_per_minute", "value": "2", "mode": "shadow", "wait_s": "3"}
    assert (await visitor.post("/limits/set", fields)).headers["location"] == "/limits"
    assert await limits_of(world, workspace.id) == [Limit(Kind.REQUESTS_PER_MINUTE, 2, Mode.SHADOW, 3000)]
    assert "It is in force: Requests per minute, 2." in text_of(await visitor.get("/limits"))


async def test_a_limit_is_taken_away(world: World) -> None:
    """The table's button takes it away, and says so."""
    workspace = await world.workspace(world.a)
    await world.limit(Scope(ScopeKind.WORKSPACE, workspace.id), world.a)
    visitor = Visitor(world, await world.key(world.a, Role.OWNER))
    assert f'value="workspace:{workspace.id}"' in (await visitor.get("/limits")).text
    await visitor.post("/limits", {"scope": f"workspace:{workspace.id}", "kind": "requests_per_minute"})
    assert await limits_of(world, workspace.id) == []


async def test_what_is_wrong_is_said_beside_what_was_sent(world: World) -> None:
    """A value that is none is said to be none, in the visitor's language, and stays in the field."""
    workspace = await world.workspace(world.a)
    visitor = Visitor(world, await world.key(world.a, Role.OWNER), "zh")
    page = await visitor.get(f"/limits/set?scope=workspace:{workspace.id}&kind=requests_per_minute&value=many")
    assert page.status_code == 400
    assert "整数" in text_of(page)
    assert 'value="many"' in page.text


async def test_the_organizations_own_limits_are_the_operators(world: World) -> None:
    """An owner is not offered to set them, and may not; another organization's workspace is not there."""
    visitor = Visitor(world, await world.key(world.a, Role.OWNER))
    assert f'value="organization:{world.a}"' not in (await visitor.get("/limits/set")).text
    fields = {"scope": f"organization:{world.a}", "kind": "requests_per_minute", "value": "2"}
    assert (await visitor.post("/limits/set", fields)).status_code == 403
    elsewhere = (await world.workspace(world.b)).id
    assert (await visitor.post("/limits/set", fields | {"scope": f"workspace:{elsewhere}"})).status_code == 404
    assert (await visitor.get(f"/limits/set?scope=workspace:{elsewhere}&kind=requests_per_minute&value=2")).status_code == 404
    assert await limits_of(world, elsewhere, world.b) == []


async def test_more_is_asked_for_with_a_reason_and_answered(world: World) -> None:
    """What is asked for stands in the list, and its answer beside it; without a wish nothing is asked."""
    visitor = Visitor(world, await world.key(world.a, Role.DEVELOPER))
    await visitor.get("/limits/more")
    assert (await visitor.post("/limits/more", {"reason": "We grow."})).status_code == 400
    sent = {"limit-requests_per_minute": "500", "limit-spend_per_month": "1,000", "isolation": "1", "reason": "We grow.\nSoon."}
    assert (await visitor.post("/limits/more", sent)).status_code == 303
    text = text_of(await visitor.get("/limits/more"))
    assert "Waits for an answer" in text
    assert "Requests per minute: 500" in text
    assert "Spend per month (US$): $1,000.00" in text
    assert "Isolation" in text
    [asked] = await world.offices.requests.every(world.a, None)
    assert asked.wanted.limits[1].limit.reserve is Reserve.EXPECTED
    assert asked.reason == "We grow.\nSoon."


async def limits_of(world: World, workspace_id: str, organization_id: str | None = None) -> list[Limit]:
    """Return what is set on a workspace."""
    whose = organization_id or world.a
    lines = (await world.services.terms.read([whose]))[whose].lines
    return [line.limit for line in lines if line.scope.id == workspace_id]
