"""Workspaces: the list, making, renaming and archiving one, its members, and what was used in it."""

from __future__ import annotations

import re

import pytest

from tests.console.api.test_usage_series import fill
from tests.console.api.world import World
from tests.console.pages.visitor import Visitor, text_of
from yumen.console.pages.overview.spans import SPANS, stretch_of
from yumen.console.pages.workspaces import listing, one
from yumen.keys.values import Role


async def test_the_list_says_what_was_used(world: World) -> None:
    """Each workspace stands there with its environment and the last week's requests and costs."""
    workspace = await world.workspace(world.a)
    await fill(world, {"workspace_id": workspace.id}, {"workspace_id": workspace.id})
    text = text_of(await Visitor(world, await world.key(world.a, Role.OWNER)).get("/workspaces"))
    assert f"{workspace.name} Production 0 2 $1.00" in text
    assert "$" not in text_of(await Visitor(world, await world.key(world.a, Role.DEVELOPER)).get("/workspaces"))


async def test_the_list_and_the_workspace_say_the_same(world: World) -> None:
    """The week of both begins at the same moment."""
    workspace = await world.workspace(world.a)
    begun_us = stretch_of(SPANS["7d"], world.clock.now_us()).since_us
    await fill(world, *({"workspace_id": workspace.id, "time_us": begun_us + us} for us in (-1, 0)))
    visitor = Visitor(world, await world.key(world.a, Role.OWNER))
    assert f"{workspace.name} Production 0 1 $0.50" in text_of(await visitor.get("/workspaces"))
    assert "Requests 1 Tokens" in text_of(await visitor.get(f"/workspaces/{workspace.id}"))


async def test_a_workspace_is_made_renamed_and_archived(world: World) -> None:
    """Its life by forms: an archived one stands in the list only where it is asked for."""
    visitor = Visitor(world, await world.key(world.a, Role.ADMIN))
    await visitor.get("/workspaces/new")
    place = (await visitor.post("/workspaces/new", {"name": "Shop", "environment": "staging"})).headers["location"]
    assert "Staging" in text_of(await visitor.get(place))
    await visitor.post(place, {"do": "rename", "name": "Store"})
    assert "It is called Store now." in text_of(await visitor.get(place))
    assert (await visitor.post(place, {"do": "archive"})).headers["location"] == "/workspaces"
    assert "Store is archived" in text_of(await visitor.get("/workspaces"))
    assert 'href="/workspaces/wrkspc' in (await visitor.get("/workspaces")).text
    assert place not in (await visitor.get("/workspaces")).text
    assert place in (await visitor.get("/workspaces?archived=1")).text
    assert 'value="rename"' not in (await visitor.get(place)).text


async def test_a_name_that_is_taken_is_said_to_be(world: World) -> None:
    """The form comes back with what was sent and what is wrong with it."""
    workspace = await world.workspace(world.a)
    visitor = Visitor(world, await world.key(world.a, Role.ADMIN))
    await visitor.get("/workspaces/new")
    page = await visitor.post("/workspaces/new", {"name": workspace.name, "environment": "staging"})
    assert page.status_code == 400
    assert f'value="{workspace.name}"' in page.text
    assert 'role="alert"' in page.text


async def test_members_come_change_and_go(world: World) -> None:
    """Somebody is added, gets another role, and is taken out."""
    workspace, user_id = await world.workspace(world.a), await world.member(world.a)
    visitor, place = Visitor(world, await world.key(world.a, Role.OWNER)), f"/workspaces/{workspace.id}"
    await visitor.get(place)
    await visitor.post(place, {"do": "add_member", "user_id": user_id, "role": "workspace_user"})
    [there] = await world.offices.workspaces.members(world.a, workspace.id)
    assert (there.user_id, there.role) == (user_id, Role.VIEWER)
    await visitor.post(place, {"do": "change_member", "user_id": user_id, "role": "workspace_admin"})
    [there] = await world.offices.workspaces.members(world.a, workspace.id)
    assert there.role is Role.ADMIN
    assert "Grace" in text_of(await visitor.get(place))
    await visitor.post(place, {"do": "remove_member", "user_id": user_id})
    assert await world.offices.workspaces.members(world.a, workspace.id) == []


async def test_who_may_only_look_changes_nothing(world: World) -> None:
    """A viewer's forms are refused, whatever they ask."""
    workspace = await world.workspace(world.a)
    visitor, place = Visitor(world, await world.key(world.a, Role.VIEWER)), f"/workspaces/{workspace.id}"
    assert 'name="do"' not in (await visitor.get(place)).text
    for do in one.DOINGS:
        answer = await visitor.post(place, {"do": do, "name": "Mine", "user_id": "user_1", "role": "workspace_admin"})
        assert answer.status_code == 403, do
    assert (await visitor.post(place, {"do": "nothing"})).status_code == 404
    assert (await world.offices.workspaces.one(world.a, workspace.id)) == workspace


async def test_another_organizations_workspace_is_not_there(world: World) -> None:
    """Neither to look at nor to change."""
    workspace = await world.workspace(world.b)
    visitor = Visitor(world, await world.key(world.a, Role.OWNER))
    assert (await visitor.get(f"/workspaces/{workspace.id}")).status_code == 404
    assert (await visitor.post(f"/workspaces/{workspace.id}", {"do": "archive"})).status_code == 404
    assert (await world.offices.workspaces.one(world.b, workspace.id)).archived_us is None


async def test_a_workspace_of_many_keys_shows_the_newest_and_leads_to_all(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its page stays short; the list of workspaces counts every key, however many pages of keys there are."""
    monkeypatch.setattr(listing, "MOST", 5)
    home_id = {(await world.plain_key(world.a)).workspace_id for _ in range(12)}.pop()
    page = Visitor(world, await world.key(world.a, Role.OWNER))
    shown = await page.get(f"/workspaces/{home_id}")
    assert len(re.findall(r'href="/keys/apikey_', shown.text)) == 10
    assert f"/keys?workspace_id={home_id}&amp;status=active" in shown.text
    assert '"Keys that work">12<' in (await page.get("/workspaces")).text
