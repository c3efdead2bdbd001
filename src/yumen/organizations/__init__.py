"""Who belongs together: organizations, their members, workspaces, plans and requests, as use cases without HTTP."""

from yumen.organizations.letters import Letters
from yumen.organizations.offices import Equipment, Offices, open_offices
from yumen.organizations.permissions import Action, may, may_grant
from yumen.organizations.post import PostRoom
from yumen.organizations.store import Store
from yumen.organizations.values import SignUpTerms

__all__ = ["Action", "Equipment", "Letters", "Offices", "PostRoom", "SignUpTerms", "Store", "may", "may_grant", "open_offices"]
