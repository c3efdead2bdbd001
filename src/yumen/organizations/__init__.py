"""Who belongs together: organizations, their members, workspaces, plans and requests, as use cases without HTTP."""

from yumen.organizations.offices import Offices
from yumen.organizations.permissions import Action, may, may_grant

__all__ = ["Action", "Offices", "may", "may_grant"]
