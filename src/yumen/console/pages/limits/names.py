"""What limits are set on, by the names that people gave: workspaces, keys, members."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from yumen.organizations.permissions import Action

if TYPE_CHECKING:
    from yumen.console.api.limit_fields import ScopeShown
    from yumen.console.pages.visit import Visit

MOST = 1000
SCOPE_SENTENCES = {
    "organization": "Whole organization",
    "workspace": "Workspace",
    "key": "API key",
    "member": "Member",
    "label": "Cost centre",
}


class Named(msgspec.Struct, frozen=True):
    """Something that has limits: what it is, its name, and its page."""

    kind: str
    id: str
    name: str
    path: str | None
    works: bool = True
    """Whether limits can be set on it: not on a key that is revoked."""

    @property
    def value(self) -> str:
        """How forms name it."""
        return f"{self.kind}:{self.id}"


class Names:
    """The names of an organization's parts; what is unknown or gone is shown by its id."""

    def __init__(self, known: list[Named]) -> None:
        """Know these."""
        self.known = known
        self._by_id = {(one.kind, one.id): one for one in known}

    def of(self, kind: str, thing_id: str) -> Named:
        """Return what is meant."""
        return self._by_id.get((kind, thing_id)) or Named(kind, thing_id, thing_id, None)

    def in_text(self, text: str) -> str:
        """Return a text with names in the place of ids."""
        for one in self.known:
            text = text.replace(one.id, one.name)
        return text

    def of_scope(self, scope: ScopeShown) -> Named:
        """Return what a limit is set on."""
        return self.of(scope.kind, scope.id)


async def names_of(visit: Visit) -> Names:
    """Read the names that the visitor may see."""
    organization_id = visit.organization_id
    name = visit.organization.name if visit.organization is not None else organization_id
    known = [Named("organization", organization_id, name, "/limits")]
    spaces = (await visit.do("workspaces.list", {"limit": MOST})).data
    known += [Named("workspace", one.id, one.name, f"/workspaces/{one.id}") for one in spaces]
    if visit.may(Action.API_KEY_READ):
        keys = (await visit.do("api_keys.list", {"limit": MOST, "kind": "api"})).data
        known += [Named("key", key.id, key.name, f"/keys/{key.id}", key.status != "archived") for key in keys]
    people = (await visit.do("users.list", {"limit": MOST})).data
    known += [Named("member", person.id, person.name, f"/members/{person.id}") for person in people]
    return Names(known)
