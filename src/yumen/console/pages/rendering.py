"""Makes pages of templates: Jinja with everything escaped, and the few filters by which values are written."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from yumen import __version__
from yumen.clock import iso
from yumen.console.pages.assets import FOLDER, url_of
from yumen.console.pages.cookies import THEME, TOKEN_FIELD
from yumen.console.pages.locales import LANGUAGES
from yumen.console.pages.navigation import menu_of
from yumen.console.pages.script_words import words_of
from yumen.console.pages.times import us_of_text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from yumen.console.pages.visit import Visit

THEMES = ("auto", "light", "dark")


class Rendering:
    """Renders pages."""

    def __init__(self) -> None:
        """Open the templates of this package."""
        self._jinja = environment()

    def page(self, name: str, visit: Visit, values: Mapping[str, object]) -> str:
        """Render one page for one visitor."""
        return self._jinja.get_template(name).render(
            **{
                "v": visit,
                "_": visit.say,
                "locale": visit.locale,
                "menu": menu_of(visit),
                "token_field": TOKEN_FIELD,
                "theme": theme_of(visit),
                "moment": lambda time, form="moment": moment(visit, time, form),
                "script_words": lambda *modules: words_of(modules, visit.locale.words),
                **values,
            }
        )


@cache
def environment() -> Environment:
    """Return the templates of this package, which are compiled once."""
    made = Environment(
        loader=PackageLoader("yumen.console.pages"),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=StrictUndefined,
    )
    made.globals |= {"asset": url_of, "languages": LANGUAGES, "themes": THEMES, "version": __version__, "picture": picture}
    return made


def theme_of(visit: Visit) -> str:
    """Return the theme that the visitor chose."""
    chosen = visit.jar.get(THEME)
    return chosen if chosen in THEMES else "auto"


def moment(visit: Visit, time: int | str | None, form: str = "moment") -> Any:  # noqa: ANN401  (markup or text)
    """Write a time, in microseconds or as the admin API has it, as an element that the page's script turns into the reader's zone.

    `form` is moment, day or ago.
    """
    us = us_of_text(time) if isinstance(time, str) else time
    if us is None:
        return "–"
    locale = visit.locale
    text = locale.ago(us, visit.services.clock.now_us()) if form == "ago" else locale.day(us) if form == "day" else locale.moment(us)
    return Markup('<time datetime="{}" data-form="{}" title="{} UTC">{}</time>').format(iso(us), form, locale.moment(us), text)


@cache
def picture(name: str) -> Markup:
    """Return a small drawing of ours, to stand in the page itself and take its colour."""
    return Markup((FOLDER / "icons" / f"{name}.svg").read_text(encoding="utf-8"))  # noqa: S704  (a file of this package)
