"""The console as routes: its pages, its assets, and a page for what is not there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.routing import Route

from yumen.console.pages.assets import serve
from yumen.console.pages.dispatch import routes_of
from yumen.console.pages.faults import NoSuchPage
from yumen.console.pages.page import Access, Page
from yumen.console.pages.rendering import Rendering
from yumen.console.pages.table import PAGES
from yumen.console.pages.visit import Around

if TYPE_CHECKING:
    from starlette.responses import Response

    from yumen.console.api.services import Services
    from yumen.console.pages.visit import Visit


def console_routes(services: Services) -> list[Route]:
    """Return all routes of the console; they come after the admin API's."""
    around = Around(services, Rendering())
    nowhere = Page(path="/{rest:path}", access=Access.EVERYBODY, show=show_nothing, submit=show_nothing)
    return [
        Route("/assets/{hash}/{name:path}", serve),
        *routes_of(PAGES, around),
        *routes_of([nowhere], around),
    ]


async def show_nothing(visit: Visit) -> Response:  # noqa: ARG001  (a handler's signature)
    """Say that there is no such page."""
    raise NoSuchPage
