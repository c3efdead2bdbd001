"""What policies are attached to, by the names that people know."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

if TYPE_CHECKING:
    from collections.abc import Iterable

    from yumen.console.pages.visit import Visit

MOST = 1000
SCOPE_SENTENCES = {"organization": "The whole organization", "workspace": "Workspace", "key": "API key"}


class Attached(msgspec.Struct, frozen=True):
    """An attachment, and what it is of by name."""

    row: Any
    """As the admin API shows it."""
    name: str
    link: str


class Choice(msgspec.Struct, frozen=True):
    """Something that a policy can be attached to."""

    value: str
    """`scope id`."""
    name: str


class Places(msgspec.Struct, frozen=True):
    """The organization, its workspaces and its keys, by id."""

    organization_id: str
    organization: str
    workspaces: dict[str, str]
    keys: dict[str, str]

    def attached(self, row: Any) -> Attached:  # noqa: ANN401  (as the admin API shows it)
        """Return an attachment by name."""
        names = {"organization": {self.organization_id: self.organization}, "workspace": self.workspaces, "key": self.keys}
        links = {"organization": "", "workspace": f"/workspaces/{row.scope_id}", "key": f"/keys/{row.scope_id}"}
        return Attached(row, names[row.scope].get(row.scope_id, row.scope_id), links[row.scope])

    def choices(self) -> dict[str, list[Choice]]:
        """Return everything that a policy can be attached to, by scope."""
        return {
            "organization": [Choice(f"organization {self.organization_id}", self.organization)],
            "workspace": [Choice(f"workspace {each}", name) for each, name in self.workspaces.items()],
            "key": [Choice(f"key {each}", name) for each, name in self.keys.items()],
        }


def addresses(policies: Iterable[Any]) -> dict[str, str]:
    """Return what names each policy, by its id: its name, but the id for the operator's behind an own one of the same name."""
    listed = list(policies)
    own = {each.name for each in listed if not each.operators}
    return {each.id: each.id if each.operators and each.name in own else each.name for each in listed}


async def places_of(visit: Visit) -> Places:
    """Return the names of the organization that is looked at."""
    workspaces = await visit.do("workspaces.list", {"limit": MOST})
    keys = await visit.do("api_keys.list", {"limit": MOST})
    return Places(
        visit.organization_id,
        visit.organization_id if visit.organization is None else visit.organization.name,
        {each.id: each.name for each in workspaces.data},
        {each.id: each.name for each in keys.data if each.status == "active"},
    )
