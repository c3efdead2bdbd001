"""An administrative act in words: who did what to what, and what differs."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import msgspec

if TYPE_CHECKING:
    from yumen.console.api.audit import ActShown
    from yumen.console.pages.visit import Visit

THING_SENTENCES = {
    "api_key": "API keys",
    "organization": "Organizations",
    "workspace": "Workspaces",
    "workspace_member": "Members of workspaces",
    "member": "Members",
    "user": "People",
    "invite": "Invitations",
    "signup": "Sign-ups",
    "limit": "Limits",
    "increase_request": "Requests for more",
    "plan": "Plans",
    "model_alias": "Model aliases",
    "policy": "Policies",
    "data_key": "Keys of content",
    "conversation": "Conversations",
    "content": "Stored content",
    "prompt": "Prompts",
    "password": "Passwords",
    "second_factor": "Second factors",
    "identity": "Accounts elsewhere",
}
"""What acts can be done to: the beginnings of their names."""
ACT_SENTENCES = {
    "api_key.create": "{who} created the key {what}",
    "api_key.update": "{who} changed the key {what}",
    "api_key.rotate": "{who} replaced the key {what} by a new one",
    "api_key.revoke": "{who} revoked the key {what}",
    "organization.create": "{who} created the organization {what}",
    "organization.update": "{who} changed the organization {what}",
    "organization.suspend": "{who} suspended the organization {what}",
    "organization.resume": "{who} let the organization {what} go on",
    "organization.isolate": "{who} isolated the organization {what}",
    "organization.close": "{who} closed the organization {what}",
    "organization.erase": "{who} erased the organization {what}",
    "workspace.create": "{who} created the workspace {what}",
    "workspace.update": "{who} changed the workspace {what}",
    "workspace.archive": "{who} archived the workspace {what}",
    "workspace_member.create": "{who} put a member into the workspace {what}",
    "workspace_member.update": "{who} changed a member's role in the workspace {what}",
    "workspace_member.delete": "{who} took a member out of the workspace {what}",
    "member.create": "{who} made {what} a member",
    "member.update": "{who} changed the member {what}",
    "member.delete": "{who} removed the member {what}",
    "user.create": "{who} made the account {what}",
    "user.update": "{who} changed the account {what}",
    "invite.create": "{who} invited somebody ({what})",
    "invite.accept": "{who} accepted the invitation {what}",
    "invite.delete": "{who} withdrew the invitation {what}",
    "signup.verify": "{who} confirmed the sign-up {what}",
    "signup.approve": "{who} approved the sign-up {what}",
    "signup.decline": "{who} declined the sign-up {what}",
    "limit.set": "{who} set a limit of {what}",
    "limit.create": "{who} set a limit of {what}",
    "limit.update": "{who} changed a limit of {what}",
    "limit.unset": "{who} took a limit of {what} away",
    "increase_request.create": "{who} asked for more ({what})",
    "plan.create": "{who} created the plan {what}",
    "plan.update": "{who} changed the plan {what}",
    "plan.delete": "{who} deleted the plan {what}",
    "model_alias.create": "{who} let the name {what} mean a model",
    "model_alias.update": "{who} let the name {what} mean another model",
    "model_alias.delete": "{who} deleted the model alias {what}",
    "policy.create": "{who} stored the policy {what}",
    "policy.delete": "{who} deleted the policy {what}",
    "policy.attach": "{who} put {what} under a policy",
    "policy.detach": "{who} took {what} from under a policy",
    "data_key.create": "{who} made a new data key for {what}",
    "data_key.rewrap": "{who} sealed data keys of {what} anew",
    "conversation.read": "{who} read the conversation {what}",
    "conversation.delete": "{who} deleted the conversation {what}",
    "conversation.export": "{who} took the conversation {what} out as a file",
    "conversation.fork": "{who} made a copy of a conversation, {what}",
    "content.read": "{who} read what was asked and answered in {what}",
    "policy_flag.read": "{who} read what a policy found in {what}",
    "prompt.create": "{who} saved the prompt {what}",
    "prompt.update": "{who} changed the prompt {what}",
    "prompt.delete": "{who} deleted the prompt {what}",
    "password.change": "{who} changed the password of {what}",
    "password.reset": "{who} set a new password for {what}",
    "identity.create": "{who} joined {what} with an account elsewhere",
}
OTHERWISE_SENTENCES = ("{who} did {action} to {what}",)
WHO_SENTENCES = {"gateway": "The gateway itself", "nobody": "Somebody who was not signed in", "command line": "The command line"}
FIELD_SENTENCES = {
    "name": "Name",
    "environment": "Environment",
    "time_zone": "Time zone",
    "plan": "Plan",
    "role": "Role",
    "email": "Mail address",
    "phone": "Phone",
    "model": "Model",
    "isolated": "Isolated",
    "keeps_content": "Keeps content",
    "suspended_us": "Suspended since",
    "archived_us": "Archived since",
    "created_us": "Created",
    "expires_us": "Expires",
    "expires_at_us": "Expires",
    "revoked_at_us": "Revoked",
    "inactive_at_us": "Switched off since",
    "replaced_by": "Replaced by",
    "limits": "Limits",
    "value": "Value",
    "kind": "Kind",
    "mode": "Mode",
    "status": "State",
    "reason": "Reason",
    "description": "Description",
    "version": "Version",
    "organization_id": "Organization",
    "workspace_id": "Workspace",
    "user_id": "Person",
    "id": "Id",
}
UNTOLD = frozenset({"id", "organization_id"})
"""What a new thing's fields need not repeat: it stands in the sentence."""
MAX_VALUE = 300
NOTHING = "–"


class Difference(msgspec.Struct, frozen=True):
    """A field, and what it was and is; None: there was none, or is none."""

    field: str
    before: str | None
    after: str | None


def sentence_of(visit: Visit, act: ActShown) -> str:
    """Say an act."""
    values = {"who": who(visit, act), "what": what(act), "action": act.action}
    sentence = ACT_SENTENCES.get(act.action)
    if sentence is None:
        return visit.say("{who} did {action} to {what}", **values)
    return visit.say(sentence, who=values["who"], what=values["what"])


def what(act: ActShown) -> str:
    """Say what it was done to: by its name, where the act tells it, and its id."""
    name = (act.after or {}).get("name") or (act.before or {}).get("name")
    if not isinstance(name, str) or not name or name == act.target:
        return act.target or NOTHING
    return f"“{name}” ({act.target})" if act.target else f"“{name}”"


def who(visit: Visit, act: ActShown) -> str:
    """Say who acted."""
    if act.actor_name is not None:
        return act.actor_name
    kind, _, name = act.actor.partition(":")
    if kind == "command line" and name:
        return visit.say("{name} (command line)", name=name)
    if kind == "key":
        return visit.say("The admin key {name}", name=name)
    return visit.say(WHO_SENTENCES[kind]) if kind in WHO_SENTENCES else act.actor


def differences(visit: Visit, act: ActShown) -> list[Difference]:
    """Return what differs, field by field; of what was made or removed, all that it had."""
    before, after = act.before or {}, act.after or {}
    names = [name for name in dict.fromkeys((*before, *after)) if before.get(name) != after.get(name)]
    return [
        Difference(
            visit.say(FIELD_SENTENCES[name]) if name in FIELD_SENTENCES else name,
            value_of(visit, name, before[name]) if name in before else None,
            value_of(visit, name, after[name]) if name in after else None,
        )
        for name in names
        if name not in UNTOLD or (before and after)
    ]


def value_of(visit: Visit, name: str, value: Any) -> str:  # noqa: ANN401  (what stands in the log)
    """Write a value for eyes."""
    if value is None or value in ([], {}, ""):
        return NOTHING
    if isinstance(value, bool):
        return visit.say("yes") if value else visit.say("no")
    if isinstance(value, int) and name.endswith("_us"):
        return f"{visit.locale.moment(value)} UTC"
    if isinstance(value, (int, float)):
        return visit.locale.number(value)
    if isinstance(value, list) and all(isinstance(each, str) for each in value):
        return ", ".join(value)
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return text if len(text) <= MAX_VALUE else f"{text[:MAX_VALUE]}…"
