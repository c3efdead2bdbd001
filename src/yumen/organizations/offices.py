"""All use cases of organizations together, as the admin API, the console and the command line get them."""

from __future__ import annotations

import msgspec

from yumen.organizations.invitations import Invitations
from yumen.organizations.members import Members
from yumen.organizations.plans import Plans
from yumen.organizations.records import AuditLog
from yumen.organizations.registry import Registry
from yumen.organizations.requests import IncreaseRequests
from yumen.organizations.setup import Setup
from yumen.organizations.sign_in import SignIn
from yumen.organizations.sign_up import SignUps
from yumen.organizations.workspaces import Workspaces


class Offices(msgspec.Struct, frozen=True):
    """One office for each matter."""

    registry: Registry
    workspaces: Workspaces
    members: Members
    invitations: Invitations
    plans: Plans
    requests: IncreaseRequests
    sign_ups: SignUps
    sign_in: SignIn
    setup: Setup
    audit: AuditLog
