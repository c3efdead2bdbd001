"""One call of every operation that succeeds for whoever may make it, with fresh things each time."""

from __future__ import annotations

import httpx2

from tests.console.api.example import Examples, Sent, always
from tests.console.api.examples_people import PEOPLE
from tests.console.api.world import World
from yumen.console.api import OPERATIONS
from yumen.keys.values import Role
from yumen.limits.values import Kind, Scope, ScopeKind
from yumen.organizations.values import DEFAULT_ORGANIZATION

EXAMPLES = Examples(PEOPLE)
example = EXAMPLES.of
BY_NAME = {operation.name: operation for operation in OPERATIONS}

LISTS = (
    "organization.retrieve",
    "api_keys.list",
    "workspaces.list",
    "rate_limits.list",
    "spend_limits.list",
    "spend_limits.effective.list",
    "limits.list",
    "users.list",
    "set_up.retrieve",
    "sign_up.terms",
    "invites.list",
    "plans.list",
    "model_aliases.list",
    "policies.list",
    "prompts.list",
    "policy_attachments.list",
    "policy_flags.list",
    "increase_requests.list",
    "sign_ups.list",
    "alerts.list",
    "alerts.all",
    "alerts.state",
    "alerts.test",
    "alert_channels.list",
    "upstreams.list",
    "secrets.list",
    "secrets.check",
    "settings.list",
    "system.retrieve",
    "system.check",
    "audit_log.list",
    "audit_log.all",
    "organizations.list",
)
EXAMPLES.update(dict.fromkeys(LISTS, always({})))
EXAMPLES["organization.update"] = always({"time_zone": "Asia/Shanghai"})
EXAMPLES["usage_report.messages"] = always({"starting_at": "2027-01-01T00:00:00Z", "group_by[]": ["label", "user_id"]})
EXAMPLES["usage_series.list"] = always({"starting_at": "2027-01-01T00:00:00Z", "bucket_width": "1d", "group_by[]": ["model", "api_key_id"]})
EXAMPLES["cost_report.list"] = always({"starting_at": "2027-01-01T00:00:00Z", "group_by[]": ["description"]})


EXAMPLES["requests.list"] = always({"status_class": "failed", "search": "req_nothing"})
EXAMPLES["requests.export"] = always({"format": "csv"})
EXAMPLES["requests.live"] = always({"seconds": 0})


@example("requests.retrieve")
async def one_request(world: World, organization_id: str) -> Sent:
    """A request in the ledger."""
    return Sent({"request_id": (await world.request(organization_id)).request_id})


@example("api_keys.create")
async def create_key(world: World, organization_id: str) -> Sent:
    """A key with everything."""
    assert organization_id
    restrictions = {"addresses": ["10.0.0.0/8"], "models": ["claude-*"], "max_tokens": 100}
    return Sent(asked={"name": world.next("key"), "environment": "staging", "label": "red", "restrictions": restrictions})


@example("api_keys.retrieve", "api_keys.update", "api_keys.rotate", "api_keys.callers")
async def one_key(world: World, organization_id: str) -> Sent:
    """A key."""
    return Sent({"api_key_id": (await world.plain_key(organization_id)).key_id})


@example("api_keys.last_used")
async def some_keys(world: World, organization_id: str) -> Sent:
    """A key's id."""
    return Sent(asked={"api_key_ids[]": [(await world.plain_key(organization_id)).key_id]})


@example("workspaces.create")
async def create_workspace(world: World, organization_id: str) -> Sent:
    """A name."""
    assert organization_id
    return Sent(asked={"name": world.next("workspace"), "environment": "staging"})


@example("workspaces.retrieve", "workspaces.archive", "workspaces.members.list", "workspaces.rate_limits.list")
async def one_workspace(world: World, organization_id: str) -> Sent:
    """A workspace."""
    return Sent({"workspace_id": (await world.workspace(organization_id)).id})


@example("workspaces.update")
async def rename_workspace(world: World, organization_id: str) -> Sent:
    """A workspace and a new name."""
    return Sent({"workspace_id": (await world.workspace(organization_id)).id}, {"name": world.next("renamed")})


@example("workspaces.members.add")
async def add_workspace_member(world: World, organization_id: str) -> Sent:
    """A workspace and a member."""
    asked = {"user_id": await world.member(organization_id), "workspace_role": "workspace_developer"}
    return Sent({"workspace_id": (await world.workspace(organization_id)).id}, asked)


@example("workspaces.members.retrieve", "workspaces.members.remove")
async def one_workspace_member(world: World, organization_id: str) -> Sent:
    """Somebody in a workspace."""
    sent = await add_workspace_member(world, organization_id)
    key = await world.key(organization_id, Role.OWNER)
    user_id = sent.asked["user_id"]
    answer = await world.ask("POST", f"/v1/organizations/workspaces/{sent.path['workspace_id']}/members", key, json=sent.asked)
    assert answer.status_code == 200, answer.text
    return Sent({**sent.path, "user_id": user_id})


@example("workspaces.members.update")
async def update_workspace_member(world: World, organization_id: str) -> Sent:
    """Somebody in a workspace, and another role."""
    return Sent((await one_workspace_member(world, organization_id)).path, {"workspace_role": "workspace_admin"})


@example("workspaces.rate_limits.update")
async def update_rate_limit(world: World, organization_id: str) -> Sent:
    """A workspace and a limit."""
    asked = {"limits": [{"type": "requests_per_minute", "value": 7}, {"type": "output_tokens_per_minute", "value": None}]}
    return Sent({"workspace_id": (await world.workspace(organization_id)).id, "rate_limit_id": "rl_model_group"}, asked)


@example("spend_limits.set")
async def set_spend_limit(world: World, organization_id: str) -> Sent:
    """A spend limit of a workspace."""
    scope = {"type": "workspace", "workspace_id": (await world.workspace(organization_id)).id}
    return Sent(asked={"amount": "50000", "scope": scope, "period": "daily"})


@example("spend_limits.retrieve", "spend_limits.delete")
async def one_spend_limit(world: World, organization_id: str) -> Sent:
    """A spend limit."""
    key = await world.key(organization_id, Role.OWNER)
    answer = await world.ask("POST", "/v1/organizations/spend_limits", key, json=(await set_spend_limit(world, organization_id)).asked)
    assert answer.status_code == 200, answer.text
    return Sent({"spend_limit_id": answer.json()["id"]})


@example("limits.set")
async def set_limit(world: World, organization_id: str) -> Sent:
    """A limit of a key."""
    scope = {"kind": "key", "id": (await world.plain_key(organization_id)).key_id}
    return Sent(asked={"scope": scope, "limit": {"kind": "requests_per_minute", "value": 10}})


@example("limits.replay")
async def think_of_limit(world: World, organization_id: str) -> Sent:
    """A limit of the whole organization."""
    assert world
    return Sent(asked={"scope": {"kind": "organization", "id": organization_id}, "limit": {"kind": "requests_per_minute", "value": 10}})


@example("limits.unset")
async def unset_limit(world: World, organization_id: str) -> Sent:
    """A limit that is set."""
    scope = Scope(ScopeKind.WORKSPACE, (await world.workspace(organization_id)).id)
    await world.limit(scope, organization_id, Kind.CONCURRENT_REQUESTS)
    return Sent(asked={"scope_kind": "workspace", "scope_id": scope.id, "kind": "concurrent_requests"})


@example("plans.create")
async def create_plan(world: World, organization_id: str) -> Sent:
    """A plan."""
    assert organization_id
    limits = [{"kind": "requests_per_minute", "value": 5}, {"kind": "spend_per_month", "value": "12.50", "reserve": "bound"}]
    return Sent(asked={"name": world.next("plan"), "limits": limits, "description": "Small."})


@example("plans.retrieve", "plans.update", "plans.delete")
async def one_plan(world: World, organization_id: str) -> Sent:
    """A plan that nobody is on."""
    asked = (await create_plan(world, organization_id)).asked
    answer = await world.ask("POST", "/v1/organizations/plans", await world.key(organization_id, Role.OPERATOR), json=asked)
    assert answer.status_code == 200, answer.text
    return Sent({"plan": asked["name"]})


@example("increase_requests.create")
async def ask_for_more(world: World, organization_id: str) -> Sent:
    """A limit and a reason."""
    assert world
    limit = {"scope": {"kind": "organization", "id": organization_id}, "limit": {"kind": "spend_per_day", "value": "100.00"}}
    return Sent(asked={"wanted": {"limits": [limit], "isolation": True}, "reason": "We grow."})


@example("increase_requests.retrieve", "increase_requests.approve")
async def one_increase(world: World, organization_id: str) -> Sent:
    """A request for more."""
    return Sent({"increase_request_id": (await world.increase(organization_id)).id})


@example("increase_requests.decline")
async def decline_increase(world: World, organization_id: str) -> Sent:
    """A request for more, and why not."""
    return Sent((await one_increase(world, organization_id)).path, {"answer": "Not now."})


@example("sign_ups.approve")
async def approve_sign_up(world: World, organization_id: str) -> Sent:
    """A sign-up that waits."""
    assert organization_id
    world.clock.pass_s(4000)
    return Sent({"sign_up_id": await world.waiting_sign_up()})


@example("sign_ups.decline")
async def decline_sign_up(world: World, organization_id: str) -> Sent:
    """A sign-up that waits, and why not."""
    return Sent((await approve_sign_up(world, organization_id)).path, {"reason": "No."})


@example("organizations.create")
async def create_organization(world: World, organization_id: str) -> Sent:
    """A name."""
    assert organization_id
    return Sent(asked={"name": world.next("organization"), "plan": "trial"})


@example("organizations.retrieve", "organizations.resume", "organizations.suspend", "organizations.isolation")
async def one_organization(world: World, organization_id: str) -> Sent:
    """An organization that nothing else stands on."""
    key = await world.key(organization_id, Role.OPERATOR)
    answer = await world.ask("POST", "/v1/organizations", key, json={"name": world.next("organization")})
    return Sent({"organization_id": answer.json()["id"]})


@example("organizations.isolate")
async def isolate_organization(world: World, organization_id: str) -> Sent:
    """An organization that may be isolated, and stores no content."""
    return Sent((await one_organization(world, organization_id)).path, {"keeps_content": False})


@example("organizations.erase")
async def erase_organization(world: World, organization_id: str) -> Sent:
    """An organization, and the word."""
    return Sent((await one_organization(world, organization_id)).path, {"confirm": "erase"})


@example("organizations.update")
async def update_organization(world: World, organization_id: str) -> Sent:
    """An organization and another plan."""
    return Sent((await one_organization(world, organization_id)).path, {"plan": "enterprise", "isolated": True})


@example("model_aliases.set")
async def set_alias(world: World, organization_id: str) -> Sent:
    """A name and a model."""
    assert organization_id
    return Sent(asked={"id": world.next("fast"), "model": "claude-haiku-4-5"})


@example("model_aliases.retrieve", "model_aliases.delete")
async def one_alias(world: World, organization_id: str) -> Sent:
    """An alias."""
    return Sent({"model_alias": await world.alias(organization_id)})


RULE = {"name": "cats", "action": "block", "why": "No cats.", "words": ["cat"]}


@example("policies.create")
async def add_policy(world: World, organization_id: str) -> Sent:
    """A policy of one rule."""
    assert organization_id
    return Sent(asked={"document": {"name": world.next("policy"), "rules": [RULE]}})


@example("policies.test")
async def try_policy(world: World, organization_id: str) -> Sent:
    """One that is not stored, on two lines."""
    assert world, organization_id
    return Sent(asked={"document": {"name": "p", "rules": [RULE]}, "text": "one\ncat"})


@example("policies.delete")
async def spare_policy(world: World, organization_id: str) -> Sent:
    """A policy that nothing is under."""
    return Sent({"policy": await world.policy(organization_id, attached=False)})


@example("policies.retrieve", "policies.versions.list")
async def one_policy(world: World, organization_id: str) -> Sent:
    """A policy."""
    return Sent({"policy": await world.policy(organization_id)})


PROMPT = {
    "columns": [{"model": "claude-haiku-4-5", "max_tokens": 9, "system": "Rhyme.\nAlways."}],
    "messages": [{"role": "user", "content": "Hi"}],
}


@example("prompts.create")
async def save_prompt(world: World, organization_id: str) -> Sent:
    """A conversation and one way to ask."""
    assert organization_id
    return Sent(asked={"name": world.next("prompt"), "prompt": PROMPT})


@example("prompts.retrieve", "prompts.delete")
async def one_prompt(world: World, organization_id: str) -> Sent:
    """A prompt that is shared."""
    return Sent({"prompt_id": await world.prompt(organization_id)})


@example("prompts.update")
async def change_prompt(world: World, organization_id: str) -> Sent:
    """A prompt of whoever has no member's key, and another name."""
    return Sent({"prompt_id": await world.prompt(organization_id)}, {"name": world.next("prompt"), "shared": True})


@example("policy_attachments.create", "policy_attachments.delete")
async def attach_policy(world: World, organization_id: str) -> Sent:
    """A policy, and its whole organization."""
    return Sent(asked={"policy": await world.policy(organization_id), "scope": "organization", "scope_id": organization_id})


@example("policy_file.retrieve", "policy_flags.summary", "conversations.list")
async def findings(world: World, organization_id: str) -> Sent:
    """Nothing more is asked."""
    assert world, organization_id
    return Sent()


@example("policy_flags.retrieve")
async def flagged(world: World, organization_id: str) -> Sent:
    """A request in which something was found."""
    return Sent({"request_id": await world.flagged(organization_id)})


@example("policies.replay")
async def replay_policy(world: World, organization_id: str) -> Sent:
    """A policy that is not stored, over what was found in 2027."""
    await world.flagged(organization_id)
    return Sent(asked={"document": {"name": "p", "rules": [RULE]}, "starting_at": "2027-01-01T00:00:00Z"})


@example("conversations.retrieve", "conversations.export", "conversations.delete")
async def one_conversation(world: World, organization_id: str) -> Sent:
    """A conversation of a turn."""
    return Sent({"conversation_id": await world.conversation(organization_id)})


@example("conversations.fork")
async def copy_conversation(world: World, organization_id: str) -> Sent:
    """A conversation, and the copy's name."""
    return Sent((await one_conversation(world, organization_id)).path, {"name": world.next("copy")})


@example("contents.retrieve")
async def one_content(world: World, organization_id: str) -> Sent:
    """A request that was kept."""
    return Sent({"request_id": await world.content(organization_id)})


async def send(world: World, name: str, sent: Sent, key: str | None, organization_id: str) -> httpx2.Response:
    """Make a call. An operator names the organization that is meant."""
    operation = BY_NAME[name]
    path = operation.path.format(**sent.path)
    operators = key is not None and key == world.texts.get((DEFAULT_ORGANIZATION, Role.OPERATOR))
    headers = {"anthropic-organization-id": organization_id} if operators else {}
    if operation.has_body:
        return await world.ask(operation.method, path, key, json=sent.asked, headers=headers)
    return await world.ask(operation.method, path, key, params=sent.asked, headers=headers)
