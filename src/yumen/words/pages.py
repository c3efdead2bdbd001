"""The console in Chinese: every sentence's twin, area by area. A test holds that none is missing, and none is left over."""

from __future__ import annotations

from yumen.words.pages_audit import AUDIT
from yumen.words.pages_conversations import CONVERSATIONS
from yumen.words.pages_desks import DESKS
from yumen.words.pages_entering import ENTERING
from yumen.words.pages_gateway import GATEWAY
from yumen.words.pages_keys import KEYS
from yumen.words.pages_limits import LIMITS
from yumen.words.pages_members import MEMBERS
from yumen.words.pages_overview import OVERVIEW
from yumen.words.pages_playground import PLAYGROUND
from yumen.words.pages_policies import POLICIES
from yumen.words.pages_requests import REQUESTS
from yumen.words.pages_shared import SHARED
from yumen.words.pages_sign_on import SIGN_ON
from yumen.words.pages_signing_in import SIGNING_IN
from yumen.words.pages_welcome import WELCOME
from yumen.words.pages_workspaces import WORKSPACES

PAGES: dict[str, str] = (
    DESKS
    | AUDIT
    | GATEWAY
    | CONVERSATIONS
    | POLICIES
    | SHARED
    | WORKSPACES
    | OVERVIEW
    | LIMITS
    | KEYS
    | SIGN_ON
    | ENTERING
    | MEMBERS
    | PLAYGROUND
    | REQUESTS
    | WELCOME
    | SIGNING_IN
)
