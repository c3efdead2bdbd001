"""The ids that stand in paths: what each must look like, so that nothing else is ever looked up."""

from __future__ import annotations

import re

from yumen.errors import NotFound
from yumen.organizations.prompts import PROMPT_PREFIX
from yumen.organizations.values import INVITE_PREFIX, REQUEST_PREFIX, SIGN_UP_PREFIX

PREFIXES = {
    "api_key_id": "apikey_",
    "workspace_id": "wrkspc_",
    "user_id": "user_",
    "invite_id": INVITE_PREFIX,
    "organization_id": "org_",
    "rate_limit_id": "rl_",
    "sign_up_id": SIGN_UP_PREFIX,
    "increase_request_id": REQUEST_PREFIX,
    "spend_limit_id": "spl_",
    "request_id": "req_",
    "conversation_id": "sess_",
    "plan": "",
    "model_alias": "",
    "prompt_id": PROMPT_PREFIX,
    "policy": "",
}
"""What stands in a path, and how its values begin."""

OTHERWISE = {
    "request_id": "^(?:req|msgbatch)_[0-9A-Za-z_-]{1,64}$",
    "model_alias": "^[0-9A-Za-z][0-9A-Za-z._:@-]{0,99}$",
    "policy": "^(?:[a-z0-9][a-z0-9._-]{0,63}|policy_[0-9A-Za-z]{1,64})$",
}
"""The patterns of what is no id of ours, or need not be one."""


def pattern_of(name: str) -> str:
    """Return the pattern of an id."""
    return OTHERWISE.get(name, rf"^{PREFIXES[name]}[0-9A-Za-z_-]{{1,64}}$")


def checked(parameters: dict[str, str]) -> dict[str, str]:
    """Return a path's parameters. Raises NotFound where one cannot be the id of anything."""
    for name, value in parameters.items():
        if not re.fullmatch(pattern_of(name)[1:-1], value, re.ASCII):
            raise NotFound
    return parameters
