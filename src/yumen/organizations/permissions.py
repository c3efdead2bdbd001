"""Who may do what: one table of actions and roles. The admin API asks it, and a test walks all of it."""

from __future__ import annotations

from enum import StrEnum

from yumen.keys.values import Role

OPERATOR, OWNER, ADMIN, DEVELOPER, BILLING, VIEWER = Role


class Action(StrEnum):
    """What the admin API can be asked for, as `thing.verb`."""

    ACCOUNT_OWN = "account.own"
    """One's own account: name, password, second factor, sessions."""
    ORGANIZATION_READ = "organization.read"
    ORGANIZATION_UPDATE = "organization.update"
    """Its name and time zone."""
    ORGANIZATIONS_LIST = "organizations.list"
    """All organizations of the gateway."""
    ORGANIZATION_CREATE = "organization.create"
    ORGANIZATION_PLAN = "organization.plan"
    """To move it to another plan, or isolate it."""
    ORGANIZATION_SUSPEND = "organization.suspend"
    ORGANIZATION_ISOLATE = "organization.isolate"
    ORGANIZATION_ERASE = "organization.erase"
    API_KEY_READ = "api_key.read"
    API_KEY_CREATE = "api_key.create"
    API_KEY_UPDATE = "api_key.update"
    ADMIN_KEY_CREATE = "admin_key.create"
    WORKSPACE_READ = "workspace.read"
    WORKSPACE_CREATE = "workspace.create"
    WORKSPACE_UPDATE = "workspace.update"
    WORKSPACE_ARCHIVE = "workspace.archive"
    WORKSPACE_MEMBER_READ = "workspace_member.read"
    WORKSPACE_MEMBER_UPDATE = "workspace_member.update"
    """To add, change and remove them."""
    MEMBER_READ = "member.read"
    MEMBER_UPDATE = "member.update"
    MEMBER_REMOVE = "member.remove"
    INVITE_READ = "invite.read"
    INVITE_CREATE = "invite.create"
    INVITE_DELETE = "invite.delete"
    LIMIT_READ = "limit.read"
    """Rate limits and spend limits, and what is left of them."""
    LIMIT_UPDATE = "limit.update"
    """To set limits below those of the plan, for parts of the organization."""
    LIMIT_RAISE = "limit.raise"
    """To set the organization's own limits."""
    USAGE_READ = "usage.read"
    COST_READ = "cost.read"
    INCREASE_READ = "increase.read"
    INCREASE_ASK = "increase.ask"
    INCREASE_DECIDE = "increase.decide"
    MODEL_ALIAS_READ = "model_alias.read"
    MODEL_ALIAS_UPDATE = "model_alias.update"
    """To set and delete them."""
    POLICY_READ = "policy.read"
    """Content policies, what they are attached to, and what they found."""
    POLICY_UPDATE = "policy.update"
    """To store, attach and detach the organization's own."""
    PLAN_READ = "plan.read"
    PLAN_UPDATE = "plan.update"
    """To create, change and delete plans."""
    SIGN_UP_READ = "signup.read"
    SIGN_UP_DECIDE = "signup.decide"
    REQUEST_READ = "request.read"
    """The ledger, line by line."""
    PLAYGROUND_USE = "playground.use"
    """To try prompts, which costs what they cost, and to save them."""
    CONVERSATION_READ = "conversation.read"
    """Stored conversations, with what was said."""
    CONVERSATION_DELETE = "conversation.delete"
    """To delete them, and to copy them under another name."""
    CONTENT_READ = "content.read"
    """What was asked and answered, where a key lets that be kept."""
    ALERT_READ = "alert.read"
    ALERT_TEST = "alert.test"
    """To have a test notice sent."""
    UPSTREAM_READ = "upstream.read"
    SECRET_READ = "secret.read"  # noqa: S105  (a right to see where secrets come from)
    """Where secrets come from and how they do; the values are shown to nobody."""
    SYSTEM_READ = "system.read"
    """Settings, dependencies and figures of the gateway."""
    AUDIT_READ = "audit.read"
    AUDIT_READ_ALL = "audit.read_all"


EVERYBODY = frozenset(Role)
PEOPLE_IN_CHARGE = frozenset({OPERATOR, OWNER, ADMIN})
BUILDERS = PEOPLE_IN_CHARGE | {DEVELOPER}
BOOKKEEPERS = PEOPLE_IN_CHARGE | {BILLING}
THE_OPERATOR = frozenset({OPERATOR})

ALLOWED: dict[Action, frozenset[Role]] = {
    Action.ACCOUNT_OWN: EVERYBODY,
    Action.ORGANIZATION_READ: EVERYBODY,
    Action.ORGANIZATION_UPDATE: PEOPLE_IN_CHARGE,
    Action.ORGANIZATIONS_LIST: THE_OPERATOR,
    Action.ORGANIZATION_CREATE: THE_OPERATOR,
    Action.ORGANIZATION_PLAN: THE_OPERATOR,
    Action.ORGANIZATION_SUSPEND: THE_OPERATOR,
    Action.ORGANIZATION_ISOLATE: THE_OPERATOR,
    Action.ORGANIZATION_ERASE: THE_OPERATOR,
    Action.API_KEY_READ: EVERYBODY - {BILLING},
    Action.API_KEY_CREATE: BUILDERS,
    Action.API_KEY_UPDATE: BUILDERS,
    Action.ADMIN_KEY_CREATE: PEOPLE_IN_CHARGE,
    Action.WORKSPACE_READ: EVERYBODY,
    Action.WORKSPACE_CREATE: PEOPLE_IN_CHARGE,
    Action.WORKSPACE_UPDATE: PEOPLE_IN_CHARGE,
    Action.WORKSPACE_ARCHIVE: PEOPLE_IN_CHARGE,
    Action.WORKSPACE_MEMBER_READ: EVERYBODY,
    Action.WORKSPACE_MEMBER_UPDATE: PEOPLE_IN_CHARGE,
    Action.MEMBER_READ: EVERYBODY,
    Action.MEMBER_UPDATE: PEOPLE_IN_CHARGE,
    Action.MEMBER_REMOVE: PEOPLE_IN_CHARGE,
    Action.INVITE_READ: PEOPLE_IN_CHARGE,
    Action.INVITE_CREATE: PEOPLE_IN_CHARGE,
    Action.INVITE_DELETE: PEOPLE_IN_CHARGE,
    Action.LIMIT_READ: EVERYBODY,
    Action.LIMIT_UPDATE: PEOPLE_IN_CHARGE,
    Action.LIMIT_RAISE: THE_OPERATOR,
    Action.USAGE_READ: EVERYBODY,
    Action.COST_READ: BOOKKEEPERS | {VIEWER},
    Action.INCREASE_READ: EVERYBODY,
    Action.INCREASE_ASK: EVERYBODY - {VIEWER},
    Action.INCREASE_DECIDE: THE_OPERATOR,
    Action.MODEL_ALIAS_READ: EVERYBODY,
    Action.MODEL_ALIAS_UPDATE: PEOPLE_IN_CHARGE,
    Action.POLICY_READ: PEOPLE_IN_CHARGE,
    Action.POLICY_UPDATE: PEOPLE_IN_CHARGE,
    Action.PLAN_READ: EVERYBODY,
    Action.PLAN_UPDATE: THE_OPERATOR,
    Action.SIGN_UP_READ: THE_OPERATOR,
    Action.SIGN_UP_DECIDE: THE_OPERATOR,
    Action.REQUEST_READ: EVERYBODY - {BILLING},
    Action.PLAYGROUND_USE: BUILDERS,
    Action.CONVERSATION_READ: BUILDERS,
    Action.CONVERSATION_DELETE: PEOPLE_IN_CHARGE,
    Action.CONTENT_READ: PEOPLE_IN_CHARGE,
    Action.ALERT_READ: EVERYBODY,
    Action.ALERT_TEST: PEOPLE_IN_CHARGE,
    Action.UPSTREAM_READ: THE_OPERATOR,
    Action.SECRET_READ: THE_OPERATOR,
    Action.SYSTEM_READ: THE_OPERATOR,
    Action.AUDIT_READ: BOOKKEEPERS,
    Action.AUDIT_READ_ALL: THE_OPERATOR,
}


def may(role: Role, action: Action) -> bool:
    """Whether a role may do that."""
    return role in ALLOWED[action]


def rights(role: Role) -> frozenset[Action]:
    """Return all that a role may do."""
    return frozenset(action for action in Action if may(role, action))


def may_grant(role: Role, granted: Role) -> bool:
    """Whether whoever has a role may give another one, or take it away: nobody hands out more than the own."""
    if granted is OPERATOR:
        return False
    if granted is OWNER:
        return role in {OPERATOR, OWNER}
    return role in PEOPLE_IN_CHARGE
