"""Keys by the admin API: their text once, restrictions and limits with them, and nobody gets more than the own role by way of a key."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from tests.console.api.test_table import check_error
from tests.console.api.world import World
from tests.ledger.making import make_entry
from yumen.clock import iso
from yumen.keys import KeyIssuer, KeyOrder
from yumen.keys.values import Role
from yumen.ledger.query import Batch
from yumen.ledger.store_sql import SqlLedger
from yumen.organizations.values import DEFAULT_ORGANIZATION

KEYS = "/v1/organizations/api_keys"
BELOW = {Role.OWNER: (Role.OWNER, Role.ADMIN, Role.VIEWER), Role.ADMIN: (Role.ADMIN, Role.DEVELOPER), Role.DEVELOPER: ()}


async def member_key(world: World, role: Role) -> tuple[str, str]:
    """Make a member with an admin key that is its own; return the key's text and the user's id."""
    user_id = await world.member(world.a, role)
    order = KeyOrder("own", role=role, organization_id=world.a, user_id=user_id, created_by=user_id)
    return (await KeyIssuer(world.town.keys, world.clock).create(order)).text, user_id


async def test_a_keys_text_is_shown_once_and_opens_what_it_should(world: World) -> None:
    """It stands in the answer to its making and to its rotation, and nowhere else."""
    key = await world.key(world.a, Role.OWNER)
    made = (await world.ask("POST", KEYS, key, json={"name": "ci", "label": "red", "restrictions": {"max_tokens": 9}})).json()
    turned = (await world.ask("POST", f"{KEYS}/{made['id']}/rotate", key, json={"grace_seconds": 60})).json()
    assert made["key"].startswith("yk-production-")
    assert turned["key"] != made["key"]
    assert (turned["label"], turned["restrictions"]["max_tokens"]) == ("red", 9)
    everywhere = "".join(
        [(await world.ask("GET", path, key)).text for path in (KEYS, f"{KEYS}/{made['id']}", "/v1/organizations/audit_log")]
    )
    assert made["key"] not in everywhere
    assert turned["key"] not in everywhere
    assert made["id"] in everywhere


async def test_it_says_what_becomes_of_answers_whose_caller_leaves(world: World) -> None:
    """`drain_seconds` is null, 0 or a number of seconds; an update that does not name it lets it stay; beyond a day is refused."""
    key = await world.key(world.a, Role.OWNER)
    made = (await world.ask("POST", KEYS, key, json={"name": "ci", "drain_seconds": 30})).json()
    assert made["drain_seconds"] == 30
    one = f"{KEYS}/{made['id']}"
    assert (await world.ask("POST", one, key, json={"label": "red"})).json()["drain_seconds"] == 30
    assert (await world.ask("POST", one, key, json={"drain_seconds": 0})).json()["drain_seconds"] == 0
    assert (await world.ask("POST", one, key, json={"drain_seconds": None})).json()["drain_seconds"] is None
    check_error(await world.ask("POST", one, key, json={"drain_seconds": 86_401}), 400, "invalid_request_error")
    assert (await world.ask("POST", KEYS, key, json={"name": "plain"})).json()["drain_seconds"] is None


async def test_what_is_written_down_of_a_keys_requests(world: World) -> None:
    """`content` is off unless it is named, and changes by being named alone; another word is refused."""
    key = await world.key(world.a, Role.OWNER)
    made = (await world.ask("POST", KEYS, key, json={"name": "ci"})).json()
    one = f"{KEYS}/{made['id']}"
    assert made["content"] == "off"
    assert (await world.ask("POST", one, key, json={"content": "errors"})).json()["content"] == "errors"
    assert (await world.ask("POST", one, key, json={"label": "red"})).json()["content"] == "errors"
    assert (await world.ask("POST", KEYS, key, json={"name": "all", "content": "all"})).json()["content"] == "all"
    check_error(await world.ask("POST", one, key, json={"content": "everything"}), 400, "invalid_request_error")


async def test_nobody_acts_under_another_members_name(world: World) -> None:
    """Whoever holds an admin key of a member stands in the audit log as that member, so that only the member itself gets one."""
    ada, _ = await member_key(world, Role.OWNER)
    _, bob = await member_key(world, Role.ADMIN)
    (bobs,) = [one.key_id for one in await world.town.keys.every() if one.user_id == bob]
    plain = (await world.ask("POST", KEYS, ada, json={"name": "x", "role": "viewer"})).json()["id"]
    for path, asked in (
        (KEYS, {"name": "x", "role": "admin", "user_id": bob}),
        (f"{KEYS}/{bobs}/rotate", {}),
        (f"{KEYS}/{plain}", {"user_id": bob}),
    ):
        check_error(await world.ask("POST", path, ada, json=asked), 403, "permission_error")
    assert (await world.ask("POST", KEYS, ada, json={"name": "x", "user_id": bob})).status_code == 200
    assert (await world.ask("POST", f"{KEYS}/{bobs}", ada, json={"status": "archived"})).json()["status"] == "archived"


async def test_a_developer_gets_at_no_key_that_its_own_limits_do_not_reach(world: World) -> None:
    """A key of no member may be changed by it, but not renewed: its text would be a way round the member's limits."""
    owner, _ = await member_key(world, Role.OWNER)
    developer, user_id = await member_key(world, Role.DEVELOPER)
    shared = (await world.ask("POST", KEYS, owner, json={"name": "ci"})).json()["id"]
    own = (await world.ask("POST", KEYS, developer, json={"name": "mine"})).json()
    assert own["principal"]["user_id"] == user_id
    assert (await world.ask("POST", f"{KEYS}/{shared}", developer, json={"label": "red"})).status_code == 200
    check_error(await world.ask("POST", f"{KEYS}/{shared}/rotate", developer, json={}), 403, "permission_error")
    assert (await world.ask("POST", f"{KEYS}/{own['id']}/rotate", developer, json={})).json()["principal"]["user_id"] == user_id
    assert (await world.ask("POST", f"{KEYS}/{shared}/rotate", owner, json={})).status_code == 200


async def test_a_key_is_of_the_organizations_own_workspace(world: World) -> None:
    """By its environment, or by name; another organization's is not there."""
    key = await world.key(world.a, Role.OWNER)
    own = {one.id: one.environment for one in await world.offices.workspaces.every(world.a)}
    for environment in ("production", "staging"):
        made = (await world.ask("POST", KEYS, key, json={"name": "x", "environment": environment})).json()
        assert own[made["scope"]["workspace_id"]] == environment
    foreign = (await world.offices.workspaces.every(world.b))[0].id
    check_error(await world.ask("POST", KEYS, key, json={"name": "x", "workspace_id": foreign}), 404, "not_found_error")


@pytest.mark.parametrize("role", BELOW)
@pytest.mark.parametrize("wanted", Role)
async def test_nobody_makes_changes_or_renews_an_admin_key_beyond_the_own_role(world: World, role: Role, wanted: Role) -> None:
    """An admin cannot get at an owner's key, a developer at none, and an operator's is made by the command line alone."""
    key = await world.key(world.a, role)
    allowed = wanted is not Role.OPERATOR and role is not Role.DEVELOPER and (wanted is not Role.OWNER or role is Role.OWNER)
    other = (await world.new_admin_key(world.a, wanted)).record if wanted is not Role.OPERATOR else None
    calls: list[tuple[str, dict[str, Any]]] = [(KEYS, {"name": "x", "role": wanted})]
    if other is not None:
        calls += [
            (f"{KEYS}/{other.key_id}", {"name": "y"}),
            (f"{KEYS}/{other.key_id}/rotate", {}),
            (f"{KEYS}/{other.key_id}", {"status": "archived"}),
        ]
    for path, body in calls:
        answer = await world.ask("POST", path, key, json=body)
        if allowed:
            assert answer.status_code == 200, answer.text
        else:
            check_error(answer, 403, "permission_error")


async def test_the_owner_of_the_default_organization_cannot_touch_an_operators_key(world: World) -> None:
    """Though it stands in its list."""
    owner = await world.key(DEFAULT_ORGANIZATION, Role.OWNER)
    operator = (await world.new_admin_key(DEFAULT_ORGANIZATION, Role.OPERATOR)).record
    check_error(await world.ask("POST", f"{KEYS}/{operator.key_id}/rotate", owner, json={}), 403, "permission_error")
    check_error(await world.ask("POST", f"{KEYS}/{operator.key_id}", owner, json={"status": "archived"}), 403, "permission_error")


async def test_a_developer_makes_keys_of_the_own_and_leaves_others_alone(world: World) -> None:
    """So a member's limits hold for every key that the member makes."""
    key, user_id = await member_key(world, Role.DEVELOPER)
    made = (await world.ask("POST", KEYS, key, json={"name": "mine"})).json()
    assert made["principal"] == {"user_id": user_id, "type": "user_actor"}
    assert made["created_by"] == {"id": user_id, "type": "user"}
    other = await world.member(world.a)
    check_error(await world.ask("POST", KEYS, key, json={"name": "x", "user_id": other}), 403, "permission_error")
    check_error(await world.ask("POST", f"{KEYS}/{made['id']}", key, json={"user_id": other}), 403, "permission_error")
    check_error(await world.ask("POST", f"{KEYS}/{made['id']}", key, json={"user_id": None}), 403, "permission_error")
    foreign = await world.plain_key(world.a, other)
    check_error(await world.ask("POST", f"{KEYS}/{foreign.key_id}/rotate", key, json={}), 403, "permission_error")
    limit = {"name": "x", "limits": [{"kind": "requests_per_minute", "value": 5}]}
    check_error(await world.ask("POST", KEYS, key, json=limit), 403, "permission_error")
    assert (await world.ask("POST", f"{KEYS}/{made['id']}", key, json={"status": "inactive"})).json()["status"] == "inactive"


async def test_a_key_comes_with_its_limits(world: World) -> None:
    """They hold for the key alone, and are listed with their use."""
    key = await world.key(world.a, Role.OWNER)
    limits = [{"kind": "requests_per_minute", "value": 5}, {"kind": "spend_per_month", "value": "1.50", "reserve": "bound"}]
    made = (await world.ask("POST", KEYS, key, json={"name": "small", "limits": limits})).json()
    listed = (await world.ask("GET", "/v1/organizations/limits", key, params={"scope_kind": "key", "scope_id": made["id"]})).json()["data"]
    assert [(one["limit"]["kind"], one["limit"]["value"], one["source"]) for one in listed] == [
        ("requests_per_minute", 5, "set"),
        ("spend_per_month", "1.50", "set"),
    ]


async def test_no_key_is_made_whose_limits_will_not_do(world: World) -> None:
    """Nothing is left behind."""
    key = await world.key(world.a, Role.OWNER)
    wrong = [{"kind": "spend_per_day", "value": "1.00", "wait_ms": 1000}]
    check_error(await world.ask("POST", KEYS, key, json={"name": "small", "limits": wrong}), 400, "invalid_request_error")
    assert "small" not in (await world.ask("GET", KEYS, key)).text


async def test_what_was_revoked_stays_revoked(world: World) -> None:
    """An archived key cannot be made active again."""
    key = await world.key(world.a, Role.OWNER)
    record = await world.plain_key(world.a)
    path = f"{KEYS}/{record.key_id}"
    assert (await world.ask("POST", path, key, json={"status": "archived"})).json()["status"] == "archived"
    check_error(await world.ask("POST", path, key, json={"status": "active"}), 400, "invalid_request_error")
    check_error(await world.ask("POST", f"{path}/rotate", key, json={}), 400, "invalid_request_error")


async def test_every_act_is_in_the_audit_log_with_who_and_from_where(world: World) -> None:
    """By the member where the key is one's own, else by the key; an organization reads its own part alone."""
    key, user_id = await member_key(world, Role.OWNER)
    made = (await world.ask("POST", KEYS, key, json={"name": "ci"})).json()
    await world.ask("POST", f"{KEYS}/{made['id']}", key, json={"name": "cd"})
    acts = (await world.ask("GET", "/v1/organizations/audit_log", key, params={"limit": 2})).json()
    update, create = acts["data"]
    assert (create["action"], create["target"], create["actor"]) == ("api_key.create", made["id"], f"user:{user_id}")
    assert (update["action"], update["before"], update["after"]) == ("api_key.update", {"name": "ci"}, {"name": "cd"})
    assert create["address"] == "127.0.0.1"
    following = (await world.ask("GET", "/v1/organizations/audit_log", key, params={"page": acts["next_page"]})).json()["data"]
    assert not {one["id"] for one in following} & {update["id"], create["id"]}
    other = (await world.ask("GET", "/v1/organizations/audit_log", await world.key(world.b, Role.OWNER))).json()["data"]
    assert {one["organization_id"] for one in other} == {world.b}
    everything = (await world.ask("GET", "/v1/organizations/audit_log/all", await world.key(world.a, Role.OPERATOR))).json()["data"]
    assert {world.a, world.b} <= {one["organization_id"] for one in everything}


async def test_a_list_is_of_what_was_asked(world: World) -> None:
    """By part of the name, by kind, and without what is archived."""
    key = await world.key(world.a, Role.OWNER)
    made = {name: (await world.ask("POST", KEYS, key, json={"name": name})).json()["id"] for name in ("Prod 1", "prod 2", "staging")}
    assert (await world.ask("POST", f"{KEYS}/{made['prod 2']}", key, json={"status": "archived"})).status_code == 200

    async def names(**asked: object) -> list[str]:
        return [one["name"] for one in (await world.ask("GET", KEYS, key, params=asked)).json()["data"]]

    assert await names(kind="api", name="PROD") == ["prod 2", "Prod 1"]
    assert await names(kind="api", include_archived="false") == ["staging", "Prod 1"]
    assert await names(kind="admin") == ["owner key"]


async def test_who_uses_a_key_is_told(world: World) -> None:
    """By address, program and model, of the last days alone, and of another organization's key nothing."""
    key = await world.key(world.a, Role.DEVELOPER)
    record = await world.plain_key(world.a)
    now_us = world.clock.now_us()
    for number, (address, ago_us) in enumerate((("192.0.2.1", 5), ("192.0.2.1", 9), ("203.0.113.5", 1), ("192.0.2.7", 3 * 86_400_000_000))):
        whose = {"key_id": record.key_id, "organization_id": world.a, "caller": address, "user_agent": "curl/8"}
        entry = msgspec.structs.replace(make_entry(number), time_us=now_us - ago_us, **whose)
        await SqlLedger(world.database).add(Batch([entry], "segment", number + 1))
    told = (await world.ask("GET", f"{KEYS}/{record.key_id}/callers", key, params={"days": 2})).json()["data"]
    assert [(one["address"], one["requests"]) for one in told] == [("203.0.113.5", 1), ("192.0.2.1", 2)]
    assert told[1]["first_seen_at"] == iso(now_us - 9)
    assert told[1]["last_seen_at"] == iso(now_us - 5)
    foreign = await world.key(world.b, Role.DEVELOPER)
    check_error(await world.ask("GET", f"{KEYS}/{record.key_id}/callers", foreign), 404, "not_found_error")
