"""The way in: the first administrator, a sign-up with its code, an invitation, and sessions that end."""

from __future__ import annotations

from tests.console.api.test_table import check_error
from tests.console.api.world import World
from tests.organizations.doubles import PASSWORD, code_now
from yumen.keys.values import Role
from yumen.organizations.values import DEFAULT_ORGANIZATION

ROOT = "/v1/organizations"


async def test_from_the_set_up_token_to_an_operators_session(world: World) -> None:
    """The first administrator is made once, signs in, acts on any organization, and signs out."""
    token = await world.offices.setup.token()
    body = {"token": token, "email": "root@example.org", "name": "Root", "password": PASSWORD}
    assert (await world.ask("GET", f"{ROOT}/set_up")).json()["pending"] is True
    made = (await world.ask("POST", f"{ROOT}/set_up", json=body)).json()
    assert (await world.ask("GET", f"{ROOT}/set_up")).json()["pending"] is False
    check_error(await world.ask("POST", f"{ROOT}/set_up", json=body), 400, "invalid_request_error")
    session = (await world.ask("POST", f"{ROOT}/sign_in", json={"email": "ROOT@example.org", "password": PASSWORD})).json()
    assert (session["role"], session["user_id"]) == ("operator", made["user_id"])
    acts = (await world.ask("GET", f"{ROOT}/audit_log/all", session["key"])).json()["data"]
    assert {act["address"] for act in acts if act["actor"] == "setup"} == {"127.0.0.1"}
    listed = await world.ask("GET", ROOT, session["key"])
    assert {world.a, world.b} <= {one["id"] for one in listed.json()["data"]}
    shown = await world.ask("GET", f"{ROOT}/me", session["key"], headers={"anthropic-organization-id": world.b})
    assert shown.json()["id"] == world.b
    assert (await world.ask("POST", f"{ROOT}/sign_out", session["key"], json={})).json() == {"type": "session_deleted"}
    check_error(await world.ask("GET", ROOT, session["key"]), 401, "authentication_error")


async def test_from_a_sign_up_to_a_key_on_the_trial(world: World) -> None:
    """A code by mail, an organization on the plan trial, a session of its owner, and a first key."""
    body = {
        "kind": "enterprise",
        "organization_name": "New",
        "name": "Ada",
        "email": "ada@new.org",
        "purpose": "Tests.",
        "password": PASSWORD,
    }
    step = (await world.ask("POST", f"{ROOT}/sign_up", json=body)).json()
    assert (step["status"], step["waits_for"]) == ("verifying", "email")
    wrong = {"sign_up_id": step["id"], "channel": "email", "code": "00000000"}
    check_error(await world.ask("POST", f"{ROOT}/sign_up/verify", json=wrong), 400, "invalid_request_error")
    right = wrong | {"code": world.town.mail.code("ada@new.org")}
    done = (await world.ask("POST", f"{ROOT}/sign_up/verify", json=right)).json()
    assert done["status"] == "approved"
    session = (await world.ask("POST", f"{ROOT}/sign_in", json={"email": "ada@new.org", "password": PASSWORD})).json()
    assert (session["role"], session["organization_id"]) == ("owner", done["organization_id"])
    shown = (await world.ask("GET", f"{ROOT}/me", session["key"])).json()
    assert (shown["name"], shown["plan"]) == ("New", "trial")
    assert (await world.ask("POST", f"{ROOT}/api_keys", session["key"], json={"name": "first"})).json()["key"].startswith("yk-production-")


async def test_a_session_has_the_members_role_as_it_is_now(world: World) -> None:
    """A member who is made a viewer cannot go on as a developer; one who is removed is out."""
    user_id = await world.member(world.a, Role.DEVELOPER)
    email = (await world.offices.members.user(user_id)).email
    key = (await world.ask("POST", f"{ROOT}/sign_in", json={"email": email, "password": PASSWORD})).json()["key"]
    owner = await world.key(world.a, Role.OWNER)
    assert (await world.ask("POST", f"{ROOT}/api_keys", key, json={"name": "x"})).status_code == 200
    assert (await world.ask("POST", f"{ROOT}/users/{user_id}", owner, json={"role": "viewer"})).json()["role"] == "user"
    check_error(await world.ask("POST", f"{ROOT}/api_keys", key, json={"name": "x"}), 403, "permission_error")
    assert (await world.ask("DELETE", f"{ROOT}/users/{user_id}", owner)).status_code == 200
    check_error(await world.ask("GET", f"{ROOT}/me", key), 401, "authentication_error")


async def test_a_wrong_password_and_an_unknown_address_are_the_same(world: World) -> None:
    """Neither says whether the address exists, and both are counted."""
    user_id = await world.member(world.a)
    email = (await world.offices.members.user(user_id)).email
    answers = [
        (await world.ask("POST", f"{ROOT}/sign_in", json={"email": address, "password": "wrong"})).json()["error"]
        for address in (email, "nobody@example.org")
    ]
    assert answers[0] == answers[1]
    assert answers[0]["type"] == "authentication_error"
    statuses = [(await world.ask("POST", f"{ROOT}/sign_in", json={"email": email, "password": "wrong"})).status_code for _ in range(30)]
    assert statuses[-1] == 429


async def test_an_admin_invites_nobody_above_the_own_role(world: World) -> None:
    """And gives or takes no such role either."""
    admin, owner = await world.key(world.a, Role.ADMIN), await world.key(world.a, Role.OWNER)
    body = {"email": "boss@example.org", "role": "owner"}
    check_error(await world.ask("POST", f"{ROOT}/invites", admin, json=body), 403, "permission_error")
    assert (await world.ask("POST", f"{ROOT}/invites", owner, json=body)).status_code == 200
    first, second = await world.member(world.a, Role.OWNER), await world.member(world.a, Role.DEVELOPER)
    check_error(await world.ask("POST", f"{ROOT}/users/{first}", admin, json={"role": "viewer"}), 403, "permission_error")
    check_error(await world.ask("DELETE", f"{ROOT}/users/{first}", admin), 403, "permission_error")
    check_error(await world.ask("POST", f"{ROOT}/users/{second}", admin, json={"role": "owner"}), 403, "permission_error")
    assert (await world.ask("POST", f"{ROOT}/users/{second}", owner, json={"role": "owner"})).json()["role"] == "owner"


async def test_an_admin_takes_no_second_factor_of_an_owner(world: World) -> None:
    """Nor of a member of another organization; what is in the own hands is told to the audit log."""
    boss, member = await world.session(world.a, Role.OWNER), await world.session(world.a, Role.DEVELOPER)
    for session in (boss, member):
        await world.second_factor(session)
    admin, foreign = await world.key(world.a, Role.ADMIN), await world.key(world.b, Role.OWNER)
    check_error(await world.ask("DELETE", f"{ROOT}/users/{boss.user.id}/second_factor", admin), 403, "permission_error")
    check_error(await world.ask("DELETE", f"{ROOT}/users/{member.user.id}/second_factor", foreign), 404, "not_found_error")
    assert (await world.ask("DELETE", f"{ROOT}/users/{member.user.id}/second_factor", admin)).json()["on"] is False
    acts = (await world.ask("GET", f"{ROOT}/audit_log", await world.key(world.a, Role.OWNER))).json()["data"]
    assert [act["action"] for act in acts].count("second_factor.delete") == 1


async def test_signing_in_with_a_second_factor(world: World) -> None:
    """The password gives no key but a token, which opens nothing else; with a code it opens a session."""
    session = await world.session(world.a)
    secret = await world.second_factor(session)
    step = (await world.ask("POST", f"{ROOT}/sign_in", json={"email": session.user.email, "password": PASSWORD})).json()
    assert step.keys() == {"type", "token", "expires_at"}
    check_error(await world.ask("GET", f"{ROOT}/me", step["token"]), 401, "authentication_error")
    wrong = {"token": step["token"], "code": "000000"}
    check_error(await world.ask("POST", f"{ROOT}/sign_in/confirm", json=wrong), 400, "invalid_request_error")
    opened = (await world.ask("POST", f"{ROOT}/sign_in/confirm", json=wrong | {"code": code_now(secret, world.clock, 1)})).json()
    assert opened["type"] == "session"
    assert (await world.ask("GET", f"{ROOT}/me", opened["key"])).json()["id"] == world.a


async def test_no_token_is_shown_for_an_address_that_a_mail_should_have_proved(world: World) -> None:
    """When a mail cannot be sent, an owner learns that and the invitation is gone; only the operator is shown the token."""
    path, asked = "/v1/organizations/invites", {"email": "victim@example.org", "role": "viewer"}
    world.town.mail.broken = True
    owner = await world.key(world.a, Role.OWNER)
    check_error(await world.ask("POST", path, owner, json=asked), 400, "invalid_request_error")
    assert await world.offices.invitations.every(world.a) == []
    operator = await world.key(DEFAULT_ORGANIZATION, Role.OPERATOR)
    assert "token" in (await world.ask("POST", path, operator, json=asked)).json()
    world.town.mail.broken = False
    assert "token" not in (await world.ask("POST", path, owner, json=asked)).json()


async def test_a_request_for_more_goes_its_way(world: World) -> None:
    """Asked by a member, seen by the operator among those of all, granted, and in the limits."""
    developer, operator = await world.key(world.a, Role.DEVELOPER), await world.key(world.a, Role.OPERATOR)
    limit = {"scope": {"kind": "organization", "id": world.a}, "limit": {"kind": "requests_per_minute", "value": 500}}
    body = {"wanted": {"limits": [limit]}, "reason": "We grow."}
    made = (await world.ask("POST", f"{ROOT}/increase_requests", developer, json=body)).json()
    assert (made["status"], made["organization_id"]) == ("open", world.a)
    seen = (await world.ask("GET", f"{ROOT}/increase_requests", operator, params={"all": "true", "status": "open"})).json()["data"]
    assert made["id"] in [one["id"] for one in seen]
    other = await world.ask("GET", f"{ROOT}/increase_requests", await world.key(world.b, Role.OWNER), params={"all": "true"})
    assert other.json()["data"] == []
    path = f"{ROOT}/increase_requests/{made['id']}"
    check_error(await world.ask("GET", path, await world.key(world.b, Role.OWNER)), 404, "not_found_error")
    decided = (await world.ask("POST", f"{path}/approve", operator, json={"answer": "Welcome."})).json()
    assert (decided["status"], decided["answer"]) == ("approved", "Welcome.")
    lines = (await world.ask("GET", f"{ROOT}/limits", developer)).json()["data"]
    assert [(one["limit"]["value"], one["source"]) for one in lines] == [(500, "set")]
    check_error(await world.ask("POST", f"{path}/decline", operator, json={"answer": "No."}), 400, "invalid_request_error")
