"""What differs between the states before and after an administrative act, field by field, in words."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import msgspec

if TYPE_CHECKING:
    from yumen.console.api.audit import ActShown
    from yumen.console.pages.limits.names import Names
    from yumen.console.pages.visit import Visit

FIELD_SENTENCES = {
    "name": "Name",
    "environment": "Environment",
    "time_zone": "Time zone",
    "plan": "Plan",
    "role": "Role",
    "email": "E-mail",
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
    "inactive_at_us": "Paused since",
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
WORDED = frozenset({"role", "environment"})
"""Fields whose values are words of the console."""
VALUE_SENTENCES = {
    "operator": "operator",
    "owner": "owner",
    "admin": "admin",
    "developer": "developer",
    "billing": "billing",
    "viewer": "viewer",
    "production": "Production",
    "staging": "Staging",
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


def differences(visit: Visit, act: ActShown, names: Names) -> list[Difference]:
    """Return what differs, field by field; of what was made or removed, all that it had."""
    before, after = act.before or {}, act.after or {}
    fields = [name for name in dict.fromkeys((*before, *after)) if before.get(name) != after.get(name)]
    return [
        Difference(
            visit.say(FIELD_SENTENCES[name]) if name in FIELD_SENTENCES else name,
            names.in_text(value_of(visit, name, before[name])) if name in before else None,
            names.in_text(value_of(visit, name, after[name])) if name in after else None,
        )
        for name in fields
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
    text = worded(visit, name, value) if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return text if len(text) <= MAX_VALUE else f"{text[:MAX_VALUE]}…"


def worded(visit: Visit, name: str, value: str) -> str:
    """Say a value that is a word of the console; another stays as it is."""
    return visit.say(VALUE_SENTENCES[value]) if name in WORDED and value in VALUE_SENTENCES else value
