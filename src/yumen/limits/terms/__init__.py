"""Which limits apply to whom: those of the plan, and those that were set on the organization, workspace, key, member and label."""

from yumen.limits.terms.remembered import RememberedTerms
from yumen.limits.terms.store import TermsStore
from yumen.limits.terms.values import OrganizationTerms, Terms

__all__ = ["OrganizationTerms", "RememberedTerms", "Terms", "TermsStore"]
