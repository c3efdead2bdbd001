"""The playground's rows of the table of pages."""

from __future__ import annotations

from typing import TYPE_CHECKING

from yumen.console.pages.page import Page
from yumen.console.pages.playground.answer import answer
from yumen.console.pages.playground.play import show, show_cost
from yumen.console.pages.playground.saved import change, delete, every, save
from yumen.errors import MethodNotAllowed
from yumen.organizations.permissions import Action

if TYPE_CHECKING:
    from starlette.responses import Response

    from yumen.console.pages.visit import Visit


async def nothing(_: Visit) -> Response:
    """Show nothing: scripts send something here."""
    raise MethodNotAllowed


PAGES = (
    Page(path="/playground", access=Action.PLAYGROUND_USE, show=show),
    Page(path="/playground/messages", access=Action.PLAYGROUND_USE, show=nothing, submit=answer),
    Page(path="/playground/prompts", access=Action.PLAYGROUND_USE, show=every, submit=save),
    Page(path="/playground/prompts/{prompt_id}", access=Action.PLAYGROUND_USE, show=nothing, submit=change),
    Page(path="/playground/prompts/{prompt_id}/delete", access=Action.PLAYGROUND_USE, show=nothing, submit=delete),
    Page(path="/playground/costs/{request_id}", access=Action.PLAYGROUND_USE, show=show_cost),
    Page(path="/playground/{prompt_id}", access=Action.PLAYGROUND_USE, show=show),
)
