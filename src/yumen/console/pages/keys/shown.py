"""How keys are shown: where each stands in a word and a colour, and the names of their workspaces."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from yumen.keys.restrictions import read_address, read_network

if TYPE_CHECKING:
    from collections.abc import Sequence

    from yumen.console.api.api_keys import KeyShown
    from yumen.console.pages.visit import Visit

MOST_WORKSPACES = 1000
STATUS_SENTENCES = {
    "active": "In use",
    "replaced": "Being replaced",
    "inactive": "Paused",
    "expired": "Expired",
    "archived": "Revoked",
}
ENVIRONMENT_SENTENCES = ("Production", "Staging")
COLOURS = {"active": "good", "replaced": "warn", "inactive": "warn", "expired": "quiet", "archived": "quiet"}
CONTENT_SENTENCES = {"off": "Nothing", "errors": "Requests that fail", "all": "All requests and answers"}


class Standing(msgspec.Struct, frozen=True):
    """Where a key stands: a sentence yet to be said, and its colour."""

    status: str
    sentence: str
    colour: str

    @property
    def is_gone(self) -> bool:
        """Whether it will never work again."""
        return self.status == "archived"


def standing_of(key: KeyShown) -> Standing:
    """Return where a key stands; one that another replaces still works for a while."""
    status = "replaced" if key.status == "active" and key.replaced_by is not None else key.status
    return Standing(status, STATUS_SENTENCES[status], COLOURS[status])


async def workspaces_of(visit: Visit) -> dict[str | None, Any]:
    """Return the organization's workspaces by their ids, archived ones too."""
    found = await visit.do("workspaces.list", {"include_archived": True, "limit": MOST_WORKSPACES})
    return {one.id: one for one in found.data}


def workspace_id_of(key: KeyShown) -> str | None:
    """Return the id of a key's workspace; an admin key has none."""
    return getattr(key.scope, "workspace_id", None) or None


def shuts_out(addresses: Sequence[str], visitor: str) -> bool:
    """Whether a key's list leaves the visitor's address out. A list that cannot be read does not: the operation refuses it."""
    address = read_address(visitor)
    try:
        return bool(addresses) and (address is None or not any(address in read_network(each) for each in addresses))
    except ValueError:
        return False
