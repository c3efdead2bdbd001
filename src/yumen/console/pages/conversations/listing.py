"""The list of conversations, without a word of what was said."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

if TYPE_CHECKING:
    from starlette.responses import Response

    from yumen.console.pages.visit import Visit

PER_PAGE = 25
MOST = 1000
FILTERS = ("name", "workspace_id")


async def show(visit: Visit) -> Response:
    """Show a page of the list."""
    kept = {name: visit.query[name] for name in FILTERS if visit.query.get(name)}
    asked: dict[str, Any] = kept | {"limit": PER_PAGE} | ({"page": visit.query["page"]} if "page" in visit.query else {})
    page = await visit.do("conversations.list", asked)
    return await visit.show(
        "conversations/list.html",
        conversations=page.data,
        workspaces=await workspaces_of(visit),
        narrowed=bool(kept),
        stores_nothing=stores_nothing(visit),
        days=visit.services.conversation_days,
        first=f"/conversations?{urlencode(kept)}" if "page" in visit.query else None,
        older=None if page.next_page is None else f"/conversations?{urlencode(kept | {'page': page.next_page})}",
    )


async def workspaces_of(visit: Visit) -> dict[str, str]:
    """Return the names of the organization's workspaces, closed ones too, by id."""
    found = await visit.do("workspaces.list", {"limit": MOST, "include_archived": True})
    return {each.id: each.name for each in found.data}


def stores_nothing(visit: Visit) -> bool:
    """Whether the organization lets nothing be stored of what is said."""
    return visit.organization is not None and visit.organization.isolated and not visit.organization.keeps_content
