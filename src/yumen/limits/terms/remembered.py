"""Terms at hand: read once, kept until the database's revision changes, then read anew before anybody needs them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from yumen.limits.terms.rules import terms_for

if TYPE_CHECKING:
    from yumen.exchange.values import Principal
    from yumen.limits.terms.store import TermsStore
    from yumen.limits.terms.values import OrganizationTerms, Terms
    from yumen.storage import RevisionWatch

REMEMBERED = 20_000
"""How many principals' terms are kept; beyond that they are made anew from the organizations'."""

Whose = tuple[str, str, str, str | None, str | None]
"""Organization, workspace, key, member, label: what terms depend on."""


class RememberedTerms:
    """Knows the terms of every principal that asked lately. One without limits costs one look into a dictionary."""

    def __init__(self, store: TermsStore, watch: RevisionWatch) -> None:
        """Read from a store, and follow the watch over its revision."""
        self._store = store
        self._watch = watch
        self._seen: set[str] = set()
        """Keys that have been here before."""
        self._organizations: dict[str, OrganizationTerms] = {}
        self._known: dict[Whose, Terms] = {}
        self._turn = 0
        watch.join(self)

    async def of(self, principal: Principal) -> Terms:
        """Return what applies to a principal. Raises LimitsUnavailable where nobody can tell."""
        whose = (principal.organization_id, principal.workspace_id, principal.key_id, principal.user_id, principal.label)
        known = self._known.get(whose)
        return known if known is not None else await self._look_up(whose, principal)

    @property
    def changed_us(self) -> int:
        """When terms were read anew, the last time."""
        return self._watch.changed_us

    def now(self, principal: Principal) -> Terms | None:
        """Return what applies to a principal by now, as far as it is at hand."""
        organization = self._organizations.get(principal.organization_id)
        return None if organization is None else terms_for(organization, principal)

    async def organization(self, organization_id: str) -> OrganizationTerms:
        """Return all limits of an organization. Raises LimitsUnavailable where nobody can tell."""
        known = self._organizations.get(organization_id)
        return known if known is not None else (await self._store.read([organization_id]))[organization_id]

    async def _look_up(self, whose: Whose, principal: Principal) -> Terms:
        if principal.key_id not in self._seen:
            # It may be younger than what is remembered, and its first requests are to be held to its limits like all others.
            await self._watch.poll()
            if len(self._seen) >= REMEMBERED:
                self._seen.clear()
            self._seen.add(principal.key_id)
        turn = self._turn
        organization = await self.organization(principal.organization_id)
        terms = terms_for(organization, principal)
        if turn == self._turn:  # what was read before a change must not outlive it
            self._organizations[principal.organization_id] = organization
            if len(self._known) >= REMEMBERED:
                self._known.clear()
            self._known[whose] = terms
        return terms

    async def follow(self) -> None:
        """Read the limits of every organization that asked, anew."""
        self._turn += 1
        if self._organizations:
            self._organizations = await self._store.read(list(self._organizations))
        self._turn += 1
        self._known.clear()
