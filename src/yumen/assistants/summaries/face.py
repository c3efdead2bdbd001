"""Summing up files in one line of Python."""

from __future__ import annotations

import os
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING

from yumen.assistants.documents import read_document
from yumen.assistants.pieces import pieces_for
from yumen.assistants.summaries.talk import Summarizer
from yumen.assistants.summaries.values import Form, Length, Summary, Wish

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from yumen.assistants.documents import Document
    from yumen.assistants.pieces import Pieces
    from yumen.client import Claude


def summarize(  # noqa: PLR0913  (what is summed up, and how)
    claude: Claude,
    files: str | PathLike[str] | Iterable[str | PathLike[str]],
    *,
    length: str = "medium",
    form: str = "text",
    language: str | None = None,
    window: int | None = None,
    progress: Callable[[int, int], object] | None = None,
) -> Summary:
    """Sum up one file or several: text, Markdown, HTML, PDF, DOCX.

    `length` is short, medium or long; `form` text, bullets, table or json; `language` that of the documents unless it is said.
    `window` makes prompts smaller than the model takes, in tokens. Whoever dies meanwhile and asks the same once more goes on from there.
    Raises OperatorError for a file that cannot be read, ValueError for a length or form that there is not, and what the SDK raises.
    """
    wish = Wish(Length(length), Form(form), language)
    paths = [files] if isinstance(files, str | PathLike) else list(files)
    documents = [read_document(Path(path)) for path in paths]
    pieces = pieces_of(documents, claude, os.environ)
    summary = Summarizer(claude, wish, pieces, window).summarize(documents, progress)
    pieces.forget()
    return summary


def pieces_of(documents: Sequence[Document], claude: Claude, environ: Mapping[str, str]) -> Pieces:
    """Return what is kept of an earlier run over the same documents, by the same model at the same address."""
    return pieces_for(["summarize", str(claude.base_url), claude.model, [document.text for document in documents]], environ)
