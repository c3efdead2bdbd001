"""Writing a text in one line of Python."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from yumen.assistants.pieces import pieces_for
from yumen.assistants.writing.outline import parse_outline
from yumen.assistants.writing.talk import Writer
from yumen.assistants.writing.values import Draft, Length, Wish
from yumen.sessions.styling import find_style, read_style, style_folders

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from yumen.assistants.pieces import Pieces
    from yumen.client import Claude

STYLE_FILE = ".toml"


def write(  # noqa: PLR0913  (what is written, and how)
    claude: Claude,
    brief: str,
    *,
    outline: str | None = None,
    length: str = "medium",
    language: str | None = None,
    style: str | None = None,
    progress: Callable[[int, int], object] | None = None,
) -> Draft:
    """Write a text from a brief: an outline first, in Markdown if it is given, then section after section.

    `length` is short, medium or long; `style` a style's name, or the path of its file. Whoever dies meanwhile and asks the same once more
    goes on from there. Raises OperatorError for an outline or style that is none, ValueError for such a length, and what the SDK raises.
    """
    wish = Wish(brief, Length(length), language, style_text(style, brief, os.environ))
    given = None if outline is None else parse_outline(outline)
    pieces = pieces_of(wish, claude, os.environ)
    draft = Writer(claude, wish, pieces).write(given, progress)
    pieces.forget()
    return draft


def style_text(style: str | None, brief: str, environ: Mapping[str, str]) -> str:
    """Return what a style says, in the brief's language. Raises OperatorError where there is no such style."""
    if style is None:
        return ""
    is_file = Path(style).suffix == STYLE_FILE
    found = read_style(Path(style)) if is_file else find_style(style, style_folders(environ, Path.cwd()))
    return found.text_for(brief)


def pieces_of(wish: Wish, claude: Claude, environ: Mapping[str, str]) -> Pieces:
    """Return what is kept of an earlier run for the same wish, by the same model at the same address."""
    return pieces_for(["write", str(claude.base_url), claude.model, wish], environ)
