"""An administrative act in one sentence, with the names of today in the place of ids."""

from __future__ import annotations

from typing import TYPE_CHECKING

from yumen.console.pages.limit_forms import KIND_SENTENCES

if TYPE_CHECKING:
    from yumen.console.api.audit import ActShown
    from yumen.console.pages.limits.names import Names
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
    "policy_flag": "Policy findings",
    "data_key": "Data keys",
    "conversation": "Conversations",
    "content": "Stored content",
    "prompt": "Prompts",
    "password": "Passwords",
    "second_factor": "Second factors",
    "recovery_code": "Recovery codes",
    "password_reset": "Password resets",
    "identity": "Single sign-on",
}
"""What acts can be done to: the beginnings of their names."""
ACT_SENTENCES = {
    "api_key.create": "{who} created the key {what}",
    "api_key.update": "{who} changed the key {what}",
    "api_key.rotate": "{who} rotated the key {what}",
    "api_key.revoke": "{who} revoked the key {what}",
    "organization.create": "{who} created the organization {what}",
    "organization.update": "{who} changed the organization {what}",
    "organization.suspend": "{who} suspended the organization {what}",
    "organization.resume": "{who} resumed the organization {what}",
    "organization.isolate": "{who} isolated the organization {what}",
    "organization.close": "{who} closed the organization {what}",
    "organization.erase": "{who} erased the organization {what}",
    "organization.export": "{who} exported all data of the organization {what}",
    "workspace.create": "{who} created the workspace {what}",
    "workspace.update": "{who} changed the workspace {what}",
    "workspace.archive": "{who} archived the workspace {what}",
    "workspace_member.create": "{who} added a member to the workspace {what}",
    "workspace_member.update": "{who} changed a member's role in the workspace {what}",
    "workspace_member.delete": "{who} removed a member from the workspace {what}",
    "member.create": "{who} made {what} a member",
    "member.update": "{who} changed the member {what}",
    "member.delete": "{who} removed the member {what}",
    "user.create": "{who} created the account {what}",
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
    "limit.unset": "{who} removed a limit of {what}",
    "increase_request.create": "{who} asked for more ({what})",
    "increase_request.approved": "{who} granted the request for more {what}",
    "increase_request.declined": "{who} declined the request for more {what}",
    "plan.create": "{who} created the plan {what}",
    "plan.update": "{who} changed the plan {what}",
    "plan.delete": "{who} deleted the plan {what}",
    "model_alias.create": "{who} set the model alias {what}",
    "model_alias.update": "{who} changed the model alias {what}",
    "model_alias.delete": "{who} deleted the model alias {what}",
    "policy.create": "{who} stored the policy {what}",
    "policy.delete": "{who} deleted the policy {what}",
    "policy.attach": "{who} attached the policy {what}",
    "policy.detach": "{who} detached the policy {what}",
    "data_key.create": "{who} made the data key {what}",
    "data_key.rewrap": "{who} re-encrypted the data keys of {what}",
    "conversation.read": "{who} read the conversation {what}",
    "conversation.delete": "{who} deleted the conversation {what}",
    "conversation.export": "{who} exported the conversation {what}",
    "conversation.fork": "{who} copied a conversation to {what}",
    "content.read": "{who} read what was asked and answered in {what}",
    "policy_flag.read": "{who} read what a policy found in {what}",
    "prompt.create": "{who} saved the prompt {what}",
    "prompt.update": "{who} changed the prompt {what}",
    "prompt.delete": "{who} deleted the prompt {what}",
    "password.change": "{who} changed the password of {what}",
    "password.reset": "{who} set a new password for {what}",
    "password_reset.create": "{who} made a token to reset the password of {what}",
    "second_factor.confirm": "{who} set up the second factor of {what}",
    "second_factor.delete": "{who} removed the second factor of {what}",
    "recovery_code.create": "{who} made new recovery codes for {what}",
    "recovery_code.use": "{who} signed in with a recovery code of {what}",
    "identity.create": "{who} linked {what} to a single sign-on account",
    "identity.delete": "{who} unlinked {what} from a single sign-on account",
}
OTHERWISE_SENTENCES = ("{who} did {action} to {what}",)
"""What is said of an act that has no sentence of its own."""
WHO_SENTENCES = {
    "setup": "The set-up",
    "gateway": "The gateway itself",
    "nobody": "Somebody who was not signed in",
    "command line": "The command line",
}
NOTHING = "–"


def sentence_of(visit: Visit, act: ActShown, names: Names) -> str:
    """Say an act."""
    sentence = ACT_SENTENCES.get(act.action, *OTHERWISE_SENTENCES)
    return visit.say(sentence, who=names.in_text(who(visit, act)), what=what(visit, act, names), action=act.action)


def who(visit: Visit, act: ActShown) -> str:
    """Say who acted."""
    kind, _, name = act.actor.partition(":")
    if kind == "key":
        return visit.say("The admin key {name}", name=act.actor_name or name)
    if act.actor_name is not None:
        return act.actor_name
    if kind == "command line" and name:
        return visit.say("{name} (command line)", name=name)
    return visit.say(WHO_SENTENCES[kind]) if kind in WHO_SENTENCES else act.actor


def what(visit: Visit, act: ActShown, names: Names) -> str:
    """Say what it was done to: as it was called then, else as it is called now, else its id."""
    for state in (act.after, act.before):
        for field in ("name", "email"):
            if state and isinstance(state.get(field), str) and state[field]:
                return f"“{state[field]}”"
    scope, _, kind = act.target.rpartition(":")
    if kind in KIND_SENTENCES:
        return f"“{names.of(*scope.split(':', 1)).name}” ({visit.say(KIND_SENTENCES[kind])})"
    called = names.in_text(act.target)
    return act.target or NOTHING if called == act.target else f"“{called}”"
