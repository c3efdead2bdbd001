"""Administrative acts in words: who did what to what, as a person would say it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from yumen.console.pages.limit_forms import KIND_SENTENCES

if TYPE_CHECKING:
    from yumen.console.api.audit import ActShown
    from yumen.console.pages.limits.names import Names
    from yumen.console.pages.visit import Visit

ACT_SENTENCES = {
    "api_key.create": "{who} made the key {what}",
    "api_key.update": "{who} changed the key {what}",
    "api_key.rotate": "{who} replaced the key {what}",
    "api_key.revoke": "{who} revoked the key {what}",
    "limit.create": "{who} set a limit on {what}",
    "limit.set": "{who} set a limit on {what}",
    "limit.update": "{who} changed a limit of {what}",
    "limit.unset": "{who} took a limit of {what} away",
    "workspace.create": "{who} made the workspace {what}",
    "workspace.update": "{who} renamed the workspace {what}",
    "workspace.archive": "{who} archived the workspace {what}",
    "workspace_member.create": "{who} added a member to the workspace {what}",
    "workspace_member.update": "{who} changed a role in the workspace {what}",
    "workspace_member.delete": "{who} took a member out of the workspace {what}",
    "member.create": "{who} added the member {what}",
    "member.update": "{who} changed the role of {what}",
    "member.delete": "{who} removed the member {what}",
    "user.create": "{who} made an account for {what}",
    "invite.create": "{who} invited {what}",
    "invite.accept": "{who} accepted an invitation",
    "invite.delete": "{who} withdrew an invitation",
    "policy.create": "{who} stored the policy {what}",
    "policy.delete": "{who} deleted the policy {what}",
    "policy.attach": "{who} put {what} into force",
    "policy.detach": "{who} took {what} out of force",
    "model_alias.create": "{who} named a model {what}",
    "model_alias.update": "{who} changed what {what} stands for",
    "model_alias.delete": "{who} deleted the model name {what}",
    "organization.create": "{who} made the organization {what}",
    "organization.update": "{who} changed the organization",
    "organization.suspend": "{who} suspended the organization",
    "organization.resume": "{who} let the organization go on",
    "organization.isolate": "{who} isolated the organization",
    "increase_request.create": "{who} asked for more",
    "password.change": "{who} changed the password",
    "second_factor.confirm": "{who} set up a second factor",
    "second_factor.delete": "{who} removed a second factor",
    "prompt.create": "{who} saved the prompt {what}",
    "prompt.update": "{who} changed the prompt {what}",
    "prompt.delete": "{who} deleted the prompt {what}",
}
OTHERWISE_SENTENCES = ("{who}: {act} ({what})",)
ACTOR_SENTENCES = {"command line": "the command line", "gateway": "the gateway", "nobody": "a visitor"}


def sentence_of(visit: Visit, act: ActShown, names: Names) -> str:
    """Say an act; one that has no words of its own, by its name."""
    who, what = actor_of(visit, act.actor, names), target_of(visit, act, names)
    sentence = ACT_SENTENCES.get(act.action, OTHERWISE_SENTENCES[0])
    text = visit.say(sentence, who=who, what=what, act=act.action)
    return text[:1].upper() + text[1:]


def actor_of(visit: Visit, actor: str, names: Names) -> str:
    """Name who acted."""
    kind, _, thing_id = actor.partition(":")
    if kind == "user":
        return names.of("member", thing_id).name
    if kind == "key":
        found = names.of("key", thing_id)
        return visit.say("an admin key") if found.path is None else found.name
    sentence = ACTOR_SENTENCES.get(kind)
    return actor if sentence is None else visit.say(sentence)


def target_of(visit: Visit, act: ActShown, names: Names) -> str:
    """Name what was acted on: as it was called then, else as it is called now, else by its id."""
    for state in (act.after, act.before):
        for field in ("name", "email"):
            if state and isinstance(state.get(field), str):
                return str(state[field])
    scope, _, kind = act.target.rpartition(":")
    if kind in KIND_SENTENCES:
        return f"{names.of(*scope.split(':', 1)).name} ({visit.say(KIND_SENTENCES[kind])})"
    return next((one.name for one in names.known if one.id == act.target), act.target)
