"""The way in: where a visitor of `/` goes, and how the console shall look to this browser."""

from __future__ import annotations

from typing import TYPE_CHECKING

from yumen.console.pages.cookies import LANGUAGE, THEME, YEAR_S
from yumen.console.pages.locales import LANGUAGES
from yumen.console.pages.page import Access, Page
from yumen.console.pages.rendering import THEMES

if TYPE_CHECKING:
    from starlette.responses import Response

    from yumen.console.pages.visit import Visit


async def show_home(visit: Visit) -> Response:
    """Go to the set-up, to signing in, or to the overview."""
    if visit.caller is not None:
        return visit.go("/overview")
    return visit.go("/set-up" if await visit.services.offices.setup.pending() else "/sign-in")


async def choose_look(visit: Visit) -> Response:
    """Remember language and theme in this browser, and go back to where it was chosen."""
    language, theme = visit.form.text("language"), visit.form.text("theme")
    if language in LANGUAGES:
        visit.jar.set(LANGUAGE, language, YEAR_S)
    if theme in THEMES:
        visit.jar.set(THEME, theme, YEAR_S)
    return visit.go(own_path(visit.form.text("back")))


def own_path(text: str, otherwise: str = "/") -> str:
    """Return a path of this console, and nothing that leads elsewhere."""
    sound = text.startswith("/") and not text.startswith(("//", "/\\")) and text.isprintable() and "\\" not in text
    return text if sound else otherwise


PAGES = (
    Page(path="/", access=Access.EVERYBODY, show=show_home),
    Page(path="/look", access=Access.EVERYBODY, show=show_home, submit=choose_look),
)
