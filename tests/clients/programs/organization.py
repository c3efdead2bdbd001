"""Today's Python SDK on the admin API: `client.organization.…`, each answer held to the SDK's own types."""

from __future__ import annotations

import json
import os
import traceback

import anthropic

URL, KEY = os.environ["GATEWAY_URL"], os.environ["GATEWAY_KEY"]
USER, API_KEY = os.environ["MEMBER_ID"], os.environ["API_KEY_ID"]
LIMIT = {"type": "requests_per_minute", "value": 7}


def connect() -> anthropic.Anthropic:
    return anthropic.Anthropic(base_url=URL, api_key=KEY, _strict_response_validation=True)


def me() -> dict:
    found = connect().organization.retrieve()
    return {"name": found.name, "type": found.type}


def api_keys() -> dict:
    keys = connect().organization.api_keys
    pages = [page.id for page in keys.list(limit=1)]
    one = keys.retrieve(API_KEY)
    renamed = keys.update(API_KEY, name="renamed")
    off = keys.update(API_KEY, status="inactive")
    on = keys.update(API_KEY, status="active")
    gone = keys.update(API_KEY, status="archived")
    return {
        "paged": sorted(pages) == sorted(key.id for key in keys.list()),
        "scope": one.scope.type,
        "names": [one.name, renamed.name],
        "statuses": [one.status, off.status, on.status, gone.status],
        "archived": [key.id for key in keys.list(status="archived")] == [API_KEY],
        "hint": one.partial_key_hint,
    }


def workspaces() -> dict:
    client = connect().organization.workspaces
    made = client.create(name="research")
    renamed = client.update(made.id, name="science")
    members = client.members
    added = members.add(made.id, user_id=USER, workspace_role="workspace_developer")
    raised = members.update(USER, workspace_id=made.id, workspace_role="workspace_admin")
    listed = [member.user_id for member in members.list(made.id)]
    roles = [added.workspace_role, raised.workspace_role, members.retrieve(USER, workspace_id=made.id).workspace_role]
    removed = members.remove(USER, workspace_id=made.id)
    archived = client.archive(made.id)
    return {
        "names": [made.name, renamed.name, client.retrieve(made.id).name],
        "roles": roles,
        "listed": listed == [USER],
        "removed": removed.type,
        "archived": archived.archived_at is not None,
        "without": made.id not in [one.id for one in client.list()],
        "with": made.id in [one.id for one in client.list(include_archived=True, limit=1)],
    }


def users() -> dict:
    client = connect().organization.users
    changed = client.update(USER, role="billing")
    return {
        "listed": [user.id for user in client.list(roles=["billing"])] == [USER],
        "role": changed.role,
        "by_email": [user.id for user in client.list(email=client.retrieve(USER).email)] == [USER],
    }


def invites() -> dict:
    client = connect().organization.invites
    made = client.create(email="new@example.org", role="user")
    listed = [invite.id for invite in client.list(statuses=["pending"])]
    deleted = client.delete(made.id)
    return {
        "role": made.role,
        "status": made.status,
        "listed": made.id in listed,
        "deleted": deleted.type,
    }


def rate_limits() -> dict:
    client = connect().organization
    groups = [limit.group.type for limit in client.rate_limits.list()]
    workspace = client.workspaces.create(name="limited")
    [models] = list(client.rate_limits.list(group_type="model_group"))
    updated = client.workspaces.rate_limits.update(models.id, workspace_id=workspace.id, limits=[LIMIT])
    listed = list(client.workspaces.rate_limits.list(workspace.id, include_inherited=True))
    cleared = client.workspaces.rate_limits.update(models.id, workspace_id=workspace.id, limits=[{**LIMIT, "value": None}])
    return {
        "groups": groups,
        "models": len(models.models),
        "value": [value.value for value in updated.limits],
        "source": listed[0].limits[0].source.type,
        "cleared": cleared.limits == [],
    }


def spend_limits() -> dict:
    client = connect()
    scope = {"type": "user", "user_id": USER}
    made = client.beta.organization.spend_limits.set(amount="50000", scope=scope, period="monthly")
    [row] = list(client.organization.spend_limits.effective.list(user_ids=[USER], period=["monthly"]))
    return {
        "set": [made.amount, made.period, made.scope.type],
        "effective": [row.amount, row.period, row.currency, row.source.type, row.period_to_date_spend],
        "same": row.spend_limit_id == made.id,
    }


def faults() -> dict:
    found = []
    stranger = anthropic.Anthropic(base_url=URL, api_key="yk-nothing")
    for wrong in (
        lambda: connect().organization.workspaces.retrieve("wrkspc_00000000000000000nowhere"),
        lambda: connect().organization.workspaces.create(name=""),
        connect().organization.service_accounts.list,
        stranger.organization.retrieve,
    ):
        try:
            wrong()
        except anthropic.APIStatusError as error:
            found.append([error.status_code, error.type, error.request_id == error.response.headers["request-id"], error.api_message])
    return {"found": found}


DOES = [me, api_keys, workspaces, users, invites, rate_limits, spend_limits, faults]


if __name__ == "__main__":
    for does in DOES:
        try:
            line = {"does": does.__name__, "told": does()}
        except Exception:  # noqa: BLE001  (whatever it is, the test shows it)
            line = {"does": does.__name__, "failed": traceback.format_exc()}
        print(json.dumps(line), flush=True)
