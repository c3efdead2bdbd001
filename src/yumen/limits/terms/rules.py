"""From an organization's limits to those of one principal. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from yumen.limits.terms.values import OrganizationTerms, Terms
from yumen.limits.values import SPEND, Kind, Line, Mode, Reserve, Scope, ScopeKind

if TYPE_CHECKING:
    from yumen.exchange.values import Principal

TOKEN_KINDS = frozenset({Kind.INPUT_TOKENS_PER_MINUTE, Kind.OUTPUT_TOKENS_PER_MINUTE})


def scopes_of(principal: Principal) -> tuple[Scope, ...]:
    """Return whose limits apply to a principal, the widest first."""
    scopes = [
        Scope(ScopeKind.ORGANIZATION, principal.organization_id),
        Scope(ScopeKind.WORKSPACE, principal.workspace_id),
        Scope(ScopeKind.KEY, principal.key_id),
    ]
    if principal.user_id is not None:
        scopes.append(Scope(ScopeKind.MEMBER, principal.user_id))
    if principal.label is not None:
        scopes.append(Scope(ScopeKind.LABEL, principal.label))
    return tuple(scopes)


def lines_for(organization: OrganizationTerms, principal: Principal) -> tuple[Line, ...]:
    """Return the limits that apply: one set on the organization takes the place of its plan's of the same kind."""
    whole, *narrower = scopes_of(principal)
    of_whole = {limit.kind: Line(whole, limit) for limit in organization.plan}
    of_whole |= {line.limit.kind: line for line in organization.lines if line.scope == whole}
    inside = set(narrower)
    return (*of_whole.values(), *(line for line in organization.lines if line.scope in inside))


def terms_for(organization: OrganizationTerms, principal: Principal) -> Terms:
    """Return what applies to a principal, and what must be known of a request for it."""
    lines = lines_for(organization, principal)
    spend = [line.limit for line in lines if line.limit.kind in SPEND]
    tokens = [line.limit for line in lines if line.limit.kind in TOKEN_KINDS]
    return Terms(
        principal.organization_id,
        organization.time_zone,
        lines,
        tokens=bool(tokens),
        money=bool(spend),
        bound=any(limit.reserve is Reserve.BOUND for limit in spend),
        metered=any(limit.mode is Mode.ENFORCE for limit in spend + tokens),
    )
