"""What is sent is read strictly, and what is wrong with it is said in one sentence in Claude's words."""

from __future__ import annotations

import logging
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.console.api.test_table import check_error
from tests.console.api.world import World
from yumen.console.api.pages import ById, IdPage, cursor, page_by_id, page_from, position_of
from yumen.console.api.workspaces import MemberShown
from yumen.errors import InvalidRequest
from yumen.keys.values import Role

WORKSPACES = "/v1/organizations/workspaces"
KEYS = "/v1/organizations/api_keys"


@pytest.mark.parametrize(
    ("path", "body", "message"),
    [
        (WORKSPACES, b"", "name: Field required"),
        (WORKSPACES, b"{}", "name: Field required"),
        (WORKSPACES, b'{"name": 5}', "name: Input should be a valid string"),
        (WORKSPACES, b'{"name": ""}', "name: String should have at least 1 character"),
        (WORKSPACES, b'{"name": "%s"}' % (b"x" * 201), "name: String should have at most 200 characters"),
        (WORKSPACES, b'{"name": "a\\u0007b"}', "name: String should have no control characters"),
        (WORKSPACES, b'{"name": "a\\nb"}', "name: String should have no control characters"),
        (WORKSPACES, b'{"name": "a\\u2028b"}', "name: String should have no control characters"),
        (WORKSPACES, b'{"name": "a\\u202eb"}', "name: String should have no control characters"),
        (WORKSPACES, b'{"name": "   "}', "name: String should have at least 1 character"),
        (WORKSPACES, b'{"name": "a", "tags": {}}', "tags: Extra inputs are not permitted"),
        (
            WORKSPACES,
            b'{"name": "a", "environment": "moon"}',
            "environment: Input should be one of the values that are allowed here, not 'moon'",
        ),
        (WORKSPACES, b"[]", "body: Input should be an object"),
        (WORKSPACES, b"{", "The request body is not valid JSON."),
        (WORKSPACES, b'{"name": "\xff"}', "The request body is not valid JSON."),
        (WORKSPACES, b"[" * 100_000, "body: Input should be an object"),
        (KEYS, b'{"name": "a", "restrictions": {"models": []}}', "restrictions.models: List should have at least 1 item(s)"),
        (KEYS, b'{"name": "a", "restrictions": {"colour": 1}}', "restrictions.colour: Extra inputs are not permitted"),
        (KEYS, b'{"name": "a", "limits": [{"kind": "spend_per_day", "value": 5}]}', None),
        (KEYS, b'{"name": "a", "limits": [{"kind": "requests_per_minute", "value": 0}]}', None),
        (KEYS, b'{"name": "a", "limits": [{"kind": "requests_per_minute"}]}', "limits.0.value: Field required"),
        (KEYS, b'{"name": "a", "expires_at": "tomorrow"}', "expires_at: Input should be a time such as 2026-11-26T08:00:00Z"),
        (KEYS, b'{"name": "a", "expires_at": "2020-01-01T00:00:00Z"}', "a key that ends at once opens nothing: give it a longer life"),
        (KEYS, b'{"name": "a", "user_id": "grace"}', "user_id: String should match pattern '^user_[0-9A-Za-z_-]{1,64}$'"),
    ],
)
async def test_a_wrong_body_is_a_400_that_names_the_field(world: World, path: str, body: bytes, message: str | None) -> None:
    """The sentence names where and what."""
    key = await world.key(world.a, Role.OWNER)
    answer = await world.ask("POST", path, key, content=body, headers={"content-type": "application/json"})
    check_error(answer, 400, "invalid_request_error")
    if message is not None:
        assert answer.json()["error"]["message"] == message


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("limit=0", "limit: Input should be greater than or equal to 1"),
        ("limit=1001", "limit: Input should be less than or equal to 1000"),
        ("limit=many", "limit: Input should be a valid integer"),
        ("limit=1&limit=2", "limit: this parameter may stand only once"),
        ("after_id=null", "after_id: Input should not be null: leave the parameter out"),
        ("colour=red", "colour: Extra inputs are not permitted"),
        ("after_id=x", "after_id: the object 'x' is not in this list"),
        ("after_id=x&before_id=y", "after_id: only one of after_id and before_id may be given"),
        ("after_id=%00", "after_id: String should have no control characters"),
        ("after_id=%ff", "The query string cannot be read."),
        ("include_archived=perhaps", "include_archived: Input should be a valid boolean"),
        ("ids[]=x", "ids.0: String should match pattern '^wrkspc_[0-9A-Za-z_-]{1,64}$'"),
    ],
)
async def test_a_wrong_query_is_a_400_that_names_the_parameter(world: World, query: str, message: str) -> None:
    """The same for parameters."""
    answer = await world.ask("GET", f"{WORKSPACES}?{query}", await world.key(world.a, Role.OWNER))
    check_error(answer, 400, "invalid_request_error")
    assert answer.json()["error"]["message"] == message


@pytest.mark.parametrize("time", ["0.5", "1795734535", "null", "2026-11-26", "2026-11-26T08:00:00", ""])
async def test_a_time_needs_its_date_hour_and_zone(world: World, time: str) -> None:
    """A number is no time, and a time without a zone could be any."""
    answer = await world.ask("GET", f"/v1/organizations/cost_report?starting_at={time}", await world.key(world.a, Role.OWNER))
    check_error(answer, 400, "invalid_request_error")
    assert answer.json()["error"]["message"].startswith("starting_at: Input should ")


async def test_what_clients_add_of_themselves_is_passed_over(world: World) -> None:
    """Older SDKs say beta=true of everything."""
    key = await world.key(world.a, Role.OWNER)
    assert (await world.ask("GET", f"{WORKSPACES}?beta=true", key)).status_code == 200
    assert (await world.ask("POST", f"{WORKSPACES}?beta=true", key, json={"name": "x"})).status_code == 200
    check_error(await world.ask("POST", f"{WORKSPACES}?name=y", key, json={"name": "x"}), 400, "invalid_request_error")


@pytest.mark.parametrize("path", ["workspaces/wrkspc_", "api_keys/wrkspc_1", "users/user_%0a1", "nothing", "service_accounts"])
async def test_what_is_no_id_or_no_route_is_a_404(world: World, path: str) -> None:
    """Nothing is looked up that cannot be there; what Claude has and this does not is not there either."""
    check_error(await world.ask("GET", f"/v1/organizations/{path}", await world.key(world.a, Role.OWNER)), 404, "not_found_error")


async def test_another_method_is_told_which_there_are(world: World) -> None:
    """405 with `allow`, also where a page asks for leave to call from elsewhere."""
    for method in ("PUT", "PATCH", "DELETE", "OPTIONS"):
        answer = await world.ask(method, WORKSPACES)
        assert answer.status_code == 405
        assert answer.headers["allow"] == "GET, POST"
        assert not any(name.startswith("access-control") for name in answer.headers)


async def test_a_body_that_is_not_said_to_be_json_is_refused(world: World) -> None:
    """So no page from elsewhere gets anything through in the disguise of a form."""
    for kind in ("text/plain", "application/x-www-form-urlencoded", ""):
        headers = {"content-type": kind} if kind else {}
        answer = await world.ask("POST", "/v1/organizations/sign_in", content=b'{"email": "a@b.org", "password": "x"}', headers=headers)
        check_error(answer, 400, "invalid_request_error")


async def test_a_body_beyond_a_megabyte_is_a_413(world: World) -> None:
    """Read no further than that."""
    key = await world.key(world.a, Role.OWNER)
    answer = await world.ask("POST", WORKSPACES, key, content=b" " * (1024 * 1024 + 1), headers={"content-type": "application/json"})
    check_error(answer, 413, "request_too_large")


async def test_an_unknown_version_is_a_400_and_an_old_one_gets_its_shapes(world: World) -> None:
    """Before 2026-10-21 a key has a workspace_id and a rate limit a group_type; since then a scope and a group."""
    key = await world.key(world.a, Role.OWNER)
    await world.plain_key(world.a)
    wrong = await world.ask("GET", KEYS, key, headers={"anthropic-version": "2031-01-01"})
    assert wrong.json()["error"]["message"] == 'anthropic-version: "2031-01-01" is not a valid version'
    for version, has, lacks in (("2023-06-01", "workspace_id", "scope"), ("2026-10-21", "scope", "workspace_id")):
        [shown] = [
            one for one in (await world.ask("GET", KEYS, key, headers={"anthropic-version": version})).json()["data"] if not one["role"]
        ]
        assert has in shown
        assert lacks not in shown
        [limit, *_] = (await world.ask("GET", "/v1/organizations/rate_limits", key, headers={"anthropic-version": version})).json()["data"]
        assert ("group_type" in limit) is (version == "2023-06-01")


async def test_what_was_not_foreseen_is_a_500_that_tells_nothing(
    world: World, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """The caller gets a request id, the log the reason with the same id."""

    async def break_down(*_: Any) -> None:  # noqa: ANN401  (whatever it is called with)
        raise ZeroDivisionError("a detail that is nobody's business")

    monkeypatch.setattr(type(world.offices.workspaces), "every", break_down)
    key = await world.key(world.a, Role.OWNER)
    with caplog.at_level(logging.ERROR):
        answer = await world.ask("GET", WORKSPACES, key)
    check_error(answer, 500, "api_error")
    assert answer.json()["error"]["message"] == "Internal server error"
    assert "detail" not in answer.text
    assert answer.json()["request_id"] in caplog.text


def members(count: int) -> list[MemberShown]:
    """Return things with ids."""
    return [MemberShown(workspace_id="w", user_id=f"user_{number}", workspace_role="workspace_user") for number in range(count)]


@given(count=st.integers(0, 30), limit=st.integers(1, 12))
def test_pages_by_id_lead_through_everything_in_both_directions(count: int, limit: int) -> None:
    """Following last_id shows each thing once, in order; following first_id backwards too."""
    things = members(count)
    seen: list[MemberShown] = []
    page: IdPage[MemberShown] = page_by_id(things, ById(limit=limit))
    while True:
        seen += page.data
        if not page.has_more:
            break
        page = page_by_id(things, ById(limit=limit, after_id=page.last_id))
    assert seen == things
    if things:
        back = [things[-1]]
        page = page_by_id(things, ById(limit=limit, before_id=things[-1].id))
        while page.data:
            back = page.data + back
            assert page.has_more is (page.data[0] != things[0])
            page = page_by_id(things, ById(limit=limit, before_id=page.first_id))
        assert back == things


@given(count=st.integers(0, 30), limit=st.integers(1, 12))
def test_pages_by_cursor_lead_through_everything(count: int, limit: int) -> None:
    """Following next_page shows each thing once, in order."""
    things, seen, at = list(range(count)), [], None
    while True:
        page = page_from(things, "numbers", limit, at)
        seen += page.data
        at = page.next_page
        if at is None:
            break
    assert seen == things


@given(text=st.text(max_size=60))
def test_a_cursor_is_only_what_was_given_out_for_this_list(text: str) -> None:
    """Any other text is refused, another list's cursor too."""
    for wrong in (text, f"page_{text}", cursor("other", 3), cursor("numbers", 3) + "="):
        with pytest.raises(InvalidRequest):
            position_of(wrong, "numbers")
    assert position_of(cursor("numbers", 3), "numbers") == 3
