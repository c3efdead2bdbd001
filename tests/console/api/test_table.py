"""The whole table, walked with every role, with none, and from another organization."""

from __future__ import annotations

import re

import httpx2
import msgspec
import pytest
import sqlalchemy as sa

from tests.console.api.examples import BY_NAME, EXAMPLES, send
from tests.console.api.world import World
from yumen.console.api import OPERATIONS
from yumen.keys.values import Role

NAMES = [operation.name for operation in OPERATIONS]
ID = re.compile(r"(apikey|wrkspc|user|prompt|invite|incr|spl|org)_[0-9A-Za-z]{20,}")
OF_ORGANIZATIONS = (
    "api_keys",
    "workspaces",
    "members",
    "invites",
    "limits",
    "increase_requests",
    "model_aliases",
    "policies",
    "prompts",
)
WHOSE = {**dict.fromkeys(OF_ORGANIZATIONS, "organization_id"), "policy_attachments": "scope_id"}
"""Tables, and the column that says whose a row is."""


def test_every_operation_stands_in_the_table_once_and_has_an_example() -> None:
    """Names and places are unique, and this walk leaves nothing out."""
    assert len(set(NAMES)) == len(NAMES)
    assert len({(operation.method, operation.path) for operation in OPERATIONS}) == len(NAMES)
    assert set(NAMES) == set(EXAMPLES)


@pytest.mark.parametrize("name", NAMES)
async def test_whoever_may_gets_an_answer_and_nobody_else(world: World, name: str) -> None:
    """A role that the table allows gets a 200 of the promised shape; any other 403, no key and a revoked one 401."""
    operation = BY_NAME[name]
    for role in Role:
        if name == "set_up.create" and role is not Role.OPERATOR:
            continue  # it works once
        key = await world.key(world.a, role)
        if name == "sign_out.create":
            key = (await world.new_admin_key(world.a if role is not Role.OPERATOR else "org_00000000000000000default", role)).text
        sent = await EXAMPLES[name](world, world.a)
        answer = await send(world, name, sent, sent.key or key, world.a)
        if role in operation.roles:
            assert answer.status_code == 200, (role, answer.text)
            if operation.media == "application/json":
                msgspec.json.decode(answer.content, type=operation.answer)
            assert answer.headers["request-id"].startswith("req_")
        else:
            check_error(answer, 403, "permission_error")
    if operation.action is not None:
        sent = await EXAMPLES[name](world, world.a)
        check_error(await send(world, name, sent, None, world.a), 401, "authentication_error")
        check_error(await send(world, name, sent, "yk-admin-" + "0" * 80, world.a), 401, "authentication_error")


@pytest.mark.parametrize("name", [name for name in NAMES if BY_NAME[name].action is not None])
async def test_an_organization_never_sees_or_changes_anything_of_another(world: World, name: str) -> None:
    """A key of one organization, whatever its role, gets nothing of another's by its ids, and leaves it as it was."""
    sent = await EXAMPLES[name](world, world.a)
    named = [value for value in (*sent.path.values(), *texts_in(sent.asked)) if ID.fullmatch(value)]
    before = await rows_of(world, world.a)
    for role in Role:
        if role is Role.OPERATOR or role not in BY_NAME[name].roles or name == "sign_out.create":
            continue
        key = await world.key(world.b, role)
        answer = await send(world, name, sent, key, world.b)
        if named:
            assert answer.status_code in (400, 403, 404), answer.text
        assert world.a not in answer.text
        assert not any(value in answer.text for value in named if answer.status_code == 200)
        foreign = await world.ask("GET", "/v1/organizations/me", key, headers={"anthropic-organization-id": world.a})
        check_error(foreign, 403, "permission_error")
    assert await rows_of(world, world.a) == before


async def test_an_operator_names_an_organization_that_is_there(world: World) -> None:
    """What it then sees and does is that organization's; one that is not there is a 404, and a malformed name too."""
    operator = await world.key(world.a, Role.OPERATOR)
    for named in (world.a, world.b):
        answer = await world.ask("GET", "/v1/organizations/me", operator, headers={"anthropic-organization-id": named})
        assert answer.json()["id"] == named
    body = {"scope": {"kind": "label", "id": "red"}, "limit": {"kind": "requests_per_minute", "value": 1}}
    for named in ("org_nowhere", "nothing", ""):
        answer = await world.ask("POST", "/v1/organizations/limits", operator, json=body, headers={"anthropic-organization-id": named})
        check_error(answer, 404, "not_found_error")


async def rows_of(world: World, organization_id: str) -> dict[str, list[str]]:
    """Return all that the database has of an organization."""
    found = {}
    async with world.database.connect() as connection:
        for name, column in WHOSE.items():
            table = sa.table(name, sa.column(column))
            query = sa.select(sa.text("*")).select_from(table).where(table.c[column] == organization_id)
            found[name] = sorted(map(repr, (await connection.execute(query)).all()))
    return found


def texts_in(value: object) -> list[str]:
    """Return every text in a value."""
    if isinstance(value, dict):
        return [text for item in value.values() for text in texts_in(item)]
    if isinstance(value, list):
        return [text for item in value for text in texts_in(item)]
    return [value] if isinstance(value, str) else []


def check_error(answer: httpx2.Response, status: int, kind: str) -> None:
    """Expect Claude's shape of an error."""
    assert answer.status_code == status, answer.text
    body = answer.json()
    assert (body["type"], body["error"]["type"]) == ("error", kind)
    assert body["error"]["message"]
    assert body["request_id"] == answer.headers["request-id"]
