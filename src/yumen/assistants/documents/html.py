"""HTML: headings and blocks of a page's own text, without its scripts, menus and forms."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from yumen.assistants.documents.plain import read_text
from yumen.assistants.documents.values import Block
from yumen.errors import OperatorError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from bs4 import Tag

UNSEEN = ("script", "style", "template", "noscript", "nav", "form", "iframe", "svg", "head")
BLOCKS = (
    "p",
    "li",
    "dt",
    "dd",
    "pre",
    "tr",
    "blockquote",
    "figcaption",
    "td",
    "th",
    "caption",
    "div",
    "section",
    "article",
    "main",
    "body",
)
HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
SPACE = re.compile(r"\s+")


def read_html(path: Path) -> Iterator[Block]:
    """Yield the headings and blocks of a page. Raises OperatorError where the reader is not installed."""
    try:
        from bs4 import BeautifulSoup  # noqa: PLC0415  (an extra)
    except ImportError as error:
        raise OperatorError("{path} needs a reader that is not there: pip install 'yumen[documents]'", path=path) from error
    page = BeautifulSoup(read_text(path), "html.parser")
    for tag in page.find_all([*UNSEEN, hidden]):
        tag.decompose()
    for tag in page.find_all([*HEADINGS, *BLOCKS]):
        text = own_text(tag)
        if text:
            yield Block(text, level=int(tag.name[1]) if tag.name in HEADINGS else 0, line=tag.sourceline or 0)


def hidden(tag: Tag) -> bool:
    """Whether a reader of the page does not see it: what is hidden is often not meant for people."""
    style = str(tag.get("style", "")).replace(" ", "").lower()
    return tag.has_attr("hidden") or tag.get("aria-hidden") == "true" or "display:none" in style or "visibility:hidden" in style


def own_text(tag: Tag) -> str:
    """Return the text of a tag that is not that of a block inside it; the cells of a row are one block."""
    if tag.name in ("td", "th") and tag.find_parent("tr"):
        return ""
    if tag.name == "tr":
        return " | ".join(filter(None, (squeezed(cell.get_text(" ")) for cell in tag.find_all(["td", "th"]))))
    if tag.find_parent("tr") or tag.find_parent("pre"):
        return ""
    if tag.name == "pre":
        return tag.get_text().strip("\n")
    return squeezed("".join(text for text in tag.find_all(string=True) if text.find_parent([*HEADINGS, *BLOCKS]) is tag))


def squeezed(text: str) -> str:
    """Return a text in one line."""
    return SPACE.sub(" ", text).strip()
