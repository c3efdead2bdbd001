"""The list of keys: which there are, where each stands, and what it was used for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from yumen.console.pages.keys.figures import DAYS, Figures, figures_of, last_used
from yumen.console.pages.keys.shown import STATUS_SENTENCES, Standing, standing_of, workspace_id_of, workspaces_of
from yumen.console.pages.page import Page
from yumen.console.pages.turning import neighbours, place_of
from yumen.organizations.permissions import Action

if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.responses import Response

    from yumen.console.pages.visit import Visit

EVERYTHING = "all"
MOST_MEMBERS = 1000
FILTERS = ("name", "workspace_id", "status", "kind")
CHOICE_SENTENCES = {"": "All but revoked", **STATUS_SENTENCES, EVERYTHING: "All"}
"""What the list can be narrowed to; being replaced is no status of its own."""
KIND_SENTENCES = {"api": "Keys for Claude", "admin": "Keys for the admin API", "session": "Open sessions of people"}
USUAL_KIND = "api"


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """A key in the list."""

    key: Any
    """As the admin API shows it."""
    workspace: Any
    standing: Standing
    figures: Figures
    last_used_at: str | None
    holder: str | None
    """The name of the member whose key it is."""

    @property
    def hint(self) -> str:
        """What may be shown of the key's text, shortly: its kind, and where its id begins and ends."""
        name, _, number = self.key.partial_key_hint.removesuffix("-…").rpartition("-")
        return f"{name}-{number[:6]}…{number[-6:]}"


async def show(visit: Visit) -> Response:
    """Show a page of the list."""
    kind = kind_of(visit.query)
    page = await visit.do("api_keys.list", wanted(visit.query))
    workspaces = await workspaces_of(visit)
    key_ids = [key.id for key in page.data]
    figures, used = await figures_of(visit, key_ids), await last_used(visit, key_ids)
    holders = await names_of_members(visit)
    lines = [
        Line(
            key=key,
            workspace=workspaces.get(workspace_id_of(key)),
            standing=standing_of(key),
            figures=figures[key.id],
            last_used_at=used.get(key.id),
            holder=None if key.principal is None else holders.get(key.principal.user_id),
        )
        for key in page.data
    ]
    return await visit.show(
        "keys/list.html",
        lines=lines,
        days=DAYS,
        workspaces=[one for one in workspaces.values() if one.archived_at is None],
        statuses={status: sentence for status, sentence in CHOICE_SENTENCES.items() if status != "replaced"},
        kinds=KIND_SENTENCES,
        kind=kind,
        narrowed=kind != USUAL_KIND or any(visit.query.get(name) for name in FILTERS if name != "kind"),
        may_make=visit.may(Action.API_KEY_CREATE),
        may_cost=visit.may(Action.COST_READ),
        may_admin=visit.may(Action.ADMIN_KEY_CREATE),
        **neighbours("/keys", visit.query, page, FILTERS),
    )


async def names_of_members(visit: Visit) -> dict[str, str]:
    """Return the names of the organization's members by their ids."""
    return {one.id: one.name for one in (await visit.do("users.list", {"limit": MOST_MEMBERS})).data}


def kind_of(query: Mapping[str, str]) -> str:
    """Return which kind of keys is wanted."""
    kind = query.get("kind", USUAL_KIND)
    return kind if kind in KIND_SENTENCES else USUAL_KIND


def wanted(query: Mapping[str, str]) -> dict[str, Any]:
    """Return what is asked of the admin API."""
    status = query.get("status", "")
    asked = place_of(query) | {"kind": kind_of(query), "include_archived": status in {"archived", EVERYTHING}}
    if status in STATUS_SENTENCES:
        asked["status"] = status
    return asked | {name: query[name] for name in ("name", "workspace_id") if query.get(name)}


PAGES = (Page(path="/keys", access=Action.API_KEY_READ, show=show),)
