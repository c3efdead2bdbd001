"""Content policies in the admin API: whose they are, who sees their rules, and what trying one out shows."""

from __future__ import annotations

from typing import Any

import httpx2
import msgspec

from tests.console.api.examples import RULE
from tests.console.api.world import URL, World
from tests.organizations.doubles import ME
from tests.policy.documents import flag
from yumen.console.api import admin_application
from yumen.console.api.pages import cursor
from yumen.keys.values import Role
from yumen.organizations.registry import OrganizationChange
from yumen.policy.document import policy_of
from yumen.policy.store import FlagRow

ALL = "/v1/organizations/policies"
ATTACHED = "/v1/organizations/policy_attachments"


def document(name: str, **more: Any) -> dict[str, Any]:  # noqa: ANN401  (a rule's fields)
    """A policy of one rule."""
    return {"name": name, "rules": [RULE | more]}


async def as_admin(world: World, method: str, path: str, **sent: Any) -> httpx2.Response:  # noqa: ANN401  (the client's own)
    """Ask as an admin of the first organization."""
    return await world.ask(method, path, await world.key(world.a, Role.ADMIN), **sent)


async def as_operator(world: World, method: str, path: str, **sent: Any) -> httpx2.Response:  # noqa: ANN401  (the same)
    """Ask as the operator, of the first organization."""
    headers = {"anthropic-organization-id": world.a}
    return await world.ask(method, path, await world.key(world.a, Role.OPERATOR), headers=headers, **sent)


async def test_an_organization_has_policies_of_its_own(world: World) -> None:
    """In versions, attached to what is its own, where its plan has them; the operator's it sees by name and cannot change."""
    assert (await as_operator(world, "POST", ALL, json={"document": document("house"), "for_everybody": True})).status_code == 200
    first = await as_admin(world, "POST", ALL, json={"document": document("ours")})
    second = await as_admin(world, "POST", ALL, json={"document": document("ours", action="flag")})
    assert [answer.json()["version"] for answer in (first, second)] == [1, 2]
    listed = {each["name"]: each for each in (await as_admin(world, "GET", ALL)).json()["data"]}
    assert (listed["house"]["operators"], listed["house"]["document"], listed["house"]["created_by"]) == (True, None, None)
    assert listed["ours"]["document"]["rules"][0]["action"] == "flag"
    assert (await as_admin(world, "GET", f"{ALL}/ours", params={"version": 1})).json()["document"]["rules"][0]["action"] == "block"
    assert (await as_admin(world, "GET", f"{ALL}/ours", params={"version": 3})).status_code == 400
    whole = {"scope": "organization", "scope_id": world.a}
    assert (await as_admin(world, "POST", ATTACHED, json={"policy": "ours", "shadow": True, **whole})).status_code == 200
    assert (await as_operator(world, "POST", ATTACHED, json={"policy": "house", **whole})).status_code == 200
    attached = (await as_admin(world, "GET", ATTACHED)).json()
    assert sorted((each["policy"], each["shadow"]) for each in attached) == [("house", False), ("ours", True)]
    for method, sent in (("POST", {"json": {"policy": "house", **whole}}), ("DELETE", {"params": {"policy": "house", **whole}})):
        answer = await as_admin(world, method, ATTACHED, **sent)
        assert (answer.status_code, "operator's" in answer.text) == (400, True)
    assert (await as_admin(world, "DELETE", ATTACHED, params={"policy": "ours", **whole})).json()["policy"] == "ours"
    for body in ({"document": document("mine"), "for_everybody": True},):
        assert (await as_admin(world, "POST", ALL, json=body)).status_code == 403
    assert (await as_admin(world, "DELETE", f"{ALL}/house", params={"for_everybody": "true"})).status_code == 403
    assert "no such policy" in (await as_admin(world, "DELETE", f"{ALL}/house")).text
    assert "detach it" in (await as_operator(world, "DELETE", f"{ALL}/house", params={"for_everybody": "true"})).text
    assert (await as_admin(world, "DELETE", f"{ALL}/ours")).json()["name"] == "ours"
    assert [each["name"] for each in (await as_admin(world, "GET", ALL)).json()["data"]] == ["house"]
    await world.offices.registry.update(ME, world.a, OrganizationChange(plan="trial"))
    assert "neither isolation nor a policy" in (await as_admin(world, "POST", ALL, json={"document": document("more")})).text


async def test_the_operators_file_is_seen_by_name_alone(world: World) -> None:
    """Everybody is under it; its rules are the operator's to see."""
    services = msgspec.structs.replace(world.services, policy_file=policy_of(document("file"), place="document"))
    world.client = httpx2.AsyncClient(transport=httpx2.ASGITransport(app=admin_application(services)), base_url=URL)
    seen, own = [(await ask(world, "GET", "/v1/organizations/policy_file")).json() for ask in (as_admin, as_operator)]
    assert (seen["name"], seen["rules"], seen["document"]) == ("file", 1, None)
    assert own["document"]["name"] == "file"


async def test_what_is_wrong_with_a_document_is_told(world: World) -> None:
    """In the sentence that the command line has."""
    answer = await as_admin(world, "POST", ALL, json={"document": document("p", action="stop")})
    assert (answer.status_code, answer.json()["error"]["type"]) == (400, "invalid_request_error")
    assert "rule cats: Invalid enum value 'stop'" in answer.text


async def test_a_policy_is_tried_out(world: World) -> None:
    """On a text or a body; one that is stored by its name; the operator's own by the operator alone."""
    test = "/v1/organizations/policy_tests"
    tried = (await as_admin(world, "POST", test, json={"document": document("p", action="redact"), "text": "one\ncat"})).json()
    assert [(hit["line"], hit["column"], hit["found"]) for hit in tried["hits"]] == [(2, 1, "cat")]
    assert "cat" not in tried["sent"]
    await as_admin(world, "POST", ALL, json={"document": document("ours")})
    body = '{"messages":[{"role":"user","content":"a cat"}]}'
    blocked = (await as_admin(world, "POST", test, json={"name": "ours", "body": body})).json()
    assert (blocked["blocked"], blocked["hits"][0]["path"]) == ("No cats. (rule cats)", "messages[0].content")
    await as_operator(world, "POST", ALL, json={"document": document("house"), "for_everybody": True})
    assert (await as_admin(world, "POST", test, json={"name": "house", "text": "x"})).status_code == 403
    assert (await as_operator(world, "POST", test, json={"name": "house", "text": "x"})).status_code == 200
    for wrong in ({"text": "x"}, {"name": "ours"}, {"name": "ours", "text": "x", "body": "{}"}, {"name": "ours", "body": "{"}):
        assert (await as_admin(world, "POST", test, json=wrong)).status_code == 400


async def test_flags_are_an_organization_s_own(world: World) -> None:
    """By time and policy, the newest first; never another's, and never the words."""
    rows = [FlagRow(f"req_{number}", 0, number * 1_000_000, world.a, "wrkspc_x", "apikey_x", flag(), b"sealed words") for number in (1, 2)]
    other = msgspec.structs.replace(rows[0], request_id="req_3", organization_id=world.b)
    await world.services.flags.of(world.a).add([*rows, other])
    path = "/v1/organizations/policy_flags"
    assert [each["request_id"] for each in (await as_admin(world, "GET", path)).json()["data"]] == ["req_2", "req_1"]
    since = {"starting_at": "1970-01-01T00:00:02Z", "policy": "p"}
    answer = await as_admin(world, "GET", path, params=since)
    assert [each["request_id"] for each in answer.json()["data"]] == ["req_2"]
    assert "sealed" not in answer.text
    assert (await as_admin(world, "GET", path, params={"policy": "q"})).json() == {"data": [], "next_page": None}
    first = (await as_admin(world, "GET", path, params={"limit": 1})).json()
    second = (await as_admin(world, "GET", path, params={"limit": 1, "page": first["next_page"]})).json()
    assert ([each["request_id"] for each in (*first["data"], *second["data"])], second["next_page"]) == (["req_2", "req_1"], None)
    for wrong in ("page_x", first["next_page"] + "A", cursor("others", 1), cursor(path, [2**70, "req_1", 0])):
        assert (await as_admin(world, "GET", path, params={"page": wrong})).status_code == 400


async def test_any_name_may_be_a_policys(world: World) -> None:
    """No path of the API stands where a policy's own would be."""
    for name in ("test", "versions"):
        assert (await as_admin(world, "POST", ALL, json={"document": document(name)})).status_code == 200
        assert (await as_admin(world, "GET", f"{ALL}/{name}")).json()["name"] == name


async def test_the_operators_behind_an_own_one_is_meant_by_its_id(world: World) -> None:
    """By the name the own one is meant; by its id the operator's is shown and attached, and another organization's is neither."""
    await as_operator(world, "POST", ALL, json={"document": document("house"), "for_everybody": True})
    await as_admin(world, "POST", ALL, json={"document": document("house", action="flag")})
    foreign = await world.ask("POST", ALL, await world.key(world.b, Role.ADMIN), json={"document": document("theirs")})
    listed = {each["operators"]: each["id"] for each in (await as_admin(world, "GET", ALL)).json()["data"]}
    assert (await as_admin(world, "GET", f"{ALL}/house")).json()["id"] == listed[False]
    assert (await as_admin(world, "GET", f"{ALL}/{listed[True]}")).json()["operators"] is True
    assert (await as_admin(world, "GET", f"{ALL}/{foreign.json()['id']}")).status_code == 400
    whole = {"scope": "organization", "scope_id": world.a}
    for policy, answered in ((listed[True], (200, "house")), (foreign.json()["id"], (400, None))):
        done = await as_operator(world, "POST", ATTACHED, json={"policy": policy, **whole})
        assert (done.status_code, done.json().get("policy")) == answered
    assert [each["policy_id"] for each in (await as_admin(world, "GET", ATTACHED)).json()] == [listed[True]]
    gone = await as_operator(world, "DELETE", ATTACHED, params={"policy": listed[True], **whole})
    assert (gone.status_code, gone.json()["policy"]) == (200, "house")
