"""The playground's page: what its script is told, whose prompts it opens, and what a call has cost."""

from __future__ import annotations

import json
import re
from html import unescape
from typing import Any

import httpx2
import msgspec
import pytest

from tests.console.api.examples import PROMPT
from tests.console.api.world import World
from tests.console.pages.playground.trying import signed_in
from tests.console.pages.visitor import Visitor
from tests.ledger.making import make_entry
from tests.organizations.doubles import ME
from yumen.keys.values import Role
from yumen.ledger.query import Batch
from yumen.ledger.store_sql import SqlLedger
from yumen.organizations.prompts import Reader


def told(answer: httpx2.Response) -> Any:  # noqa: ANN401  (what the script reads)
    """Return what a page tells its script."""
    found = re.search(r'<script type="application/json" id="playground">(.*?)</script>', answer.text)
    assert found is not None
    return json.loads(found[1])


async def test_the_page_knows_models_aliases_and_workspaces(world: World) -> None:
    """Own names come first, each model says what it takes, staging is chosen, archived workspaces are not offered."""
    alias, (visitor, _) = await world.alias(world.a), await signed_in(world)
    archived = await world.workspace(world.a)
    await world.offices.workspaces.archive(ME, world.a, archived.id)
    answer = await visitor.get("/playground")
    known = told(answer)
    names = {each["id"]: each for each in known["models"]}
    assert next(iter(names)) == alias
    assert (names["claude-haiku-4-5"]["samples"], names["claude-haiku-4-5"]["efforts"]) == (True, [])
    assert (names["claude-opus-5-5"]["samples"], "max" in names["claude-opus-5-5"]["efforts"]) == (False, True)
    assert "claude-2.1" not in names
    assert known["workspaces"][0]["environment"] == "staging"
    assert archived.id not in {each["id"] for each in known["workspaces"]}
    assert known["opened"] is None
    assert "switch JavaScript on" in unescape(answer.text)


async def test_a_prompt_is_saved_shared_opened_and_deleted(world: World) -> None:
    """Its address opens it for its owner, for others only once it is shared; only who may changes it."""
    (owner, _), (mate, _) = await signed_in(world), await signed_in(world)
    saved = (await owner.ask("/playground/prompts", {"name": "Rivers", "prompt": PROMPT})).json()
    path = f"/playground/{saved['id']}"
    assert told(await owner.get(path))["opened"]["prompt"] == PROMPT
    assert (await mate.get(path)).status_code == 404
    assert (await mate.ask("/playground/prompts")).json() == []
    assert (await owner.ask(f"/playground/prompts/{saved['id']}", {"shared": True, "name": "Lakes"})).json()["shared"] is True
    assert told(await mate.get(path))["opened"]["changeable"] is False
    [listed] = (await mate.ask("/playground/prompts")).json()
    assert (listed["name"], listed["own"], listed["owner"]) == ("Lakes", False, "Grace")
    assert (await mate.ask(f"/playground/prompts/{saved['id']}", {"name": "Mine"})).status_code == 403
    assert (await mate.ask(f"/playground/prompts/{saved['id']}/delete", {})).status_code == 403
    assert (await owner.ask(f"/playground/prompts/{saved['id']}/delete", {})).status_code == 200
    assert (await owner.get(path)).status_code == 404


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.OPERATOR])
async def test_another_organizations_prompts_are_not_there(world: World, role: Role) -> None:
    """By its id a shared prompt of another organization is neither opened, changed nor deleted, whatever the role."""
    foreign = await world.prompt(world.b)
    visitor = Visitor(world, await world.key(world.a, role))
    await visitor.get("/nowhere")
    expected = 404 if role in (Role.OWNER, Role.ADMIN, Role.DEVELOPER) else 403
    assert (await visitor.get(f"/playground/{foreign}")).status_code == expected
    assert (await visitor.ask(f"/playground/prompts/{foreign}", {"name": "Mine"})).status_code == expected
    assert (await visitor.ask(f"/playground/prompts/{foreign}/delete", {})).status_code == expected
    reader = Reader(ME, world.b, None)
    assert [each.id for each in await world.offices.prompts.every(reader)] == [foreign]


async def test_nothing_in_a_prompt_ends_the_page(world: World) -> None:
    """Markup, control characters and a script's end come back as they were, and a tool's fields in their order."""
    visitor, _ = await signed_in(world)
    nasty = "</script><!-- <b>&amp;\u0000\u001b\u2028 'x'"
    prompt = {
        "columns": [{"model": "m", "system": nasty}],
        "messages": [],
        "tools": [{"name": "t", "input_schema": {"z": 1, "a": 2}, "description": nasty}],
    }
    saved = (await visitor.ask("/playground/prompts", {"name": "Nasty </script>", "prompt": prompt})).json()
    opened = told(await visitor.get(f"/playground/{saved['id']}"))["opened"]
    assert opened["prompt"]["columns"] == prompt["columns"]
    assert json.dumps(opened["prompt"]["tools"]) == json.dumps(prompt["tools"])


async def test_what_a_call_cost_is_told_to_whoever_may_see_it(world: World) -> None:
    """The ledger's row is found by its id, its cost written in the visitor's way; another organization's is nothing."""
    entries = [make_entry(number, request_id=world.clock.new_id("req_"), cache_read_tokens=5) for number in range(2)]
    entries = [msgspec.structs.replace(each, organization_id=owner) for each, owner in zip(entries, (world.a, world.b), strict=True)]
    await SqlLedger(world.database).add(Batch(entries, "segment", 1))
    for role, cost in ((Role.ADMIN, "$0.00044"), (Role.DEVELOPER, None)):
        visitor, _ = await signed_in(world, role)
        found = [(await visitor.ask(f"/playground/costs/{each.request_id}")).json() for each in entries]
        assert found == [{"cost": cost, "estimated": False, "input_tokens": 15, "output_tokens": 20}, None]
        assert ("data-costs" in (await visitor.get("/playground")).text) is (cost is not None)
