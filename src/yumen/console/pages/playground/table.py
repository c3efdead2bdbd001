"""The playground's rows of the table of pages."""

from __future__ import annotations

from typing import TYPE_CHECKING

from yumen.console.pages.page import Page
from yumen.console.pages.playground.answer import answer
from yumen.console.pages.playground.play import show, show_cost
from yumen.console.pages.playground.saved import change, delete, every, one, save
from yumen.organizations.permissions import Action

if TYPE_CHECKING:
    from starlette.responses import Response

    from yumen.console.pages.visit import Visit


async def lead_back(visit: Visit) -> Response:
    """Lead whoever opens an address that scripts send to, to the playground."""
    return visit.go("/playground")


PAGES = (
    Page(path="/playground", access=Action.PLAYGROUND_USE, show=show),
    Page(path="/playground/messages", access=Action.PLAYGROUND_USE, show=lead_back, submit=answer),
    Page(path="/playground/prompts", access=Action.PLAYGROUND_USE, show=every, submit=save),
    Page(path="/playground/prompts/{prompt_id}", access=Action.PLAYGROUND_USE, show=one, submit=change),
    Page(path="/playground/prompts/{prompt_id}/delete", access=Action.PLAYGROUND_USE, show=one, submit=delete),
    Page(path="/playground/costs/{request_id}", access=Action.PLAYGROUND_USE, show=show_cost),
    Page(path="/playground/{prompt_id}", access=Action.PLAYGROUND_USE, show=show),
)
