"""PDF: the text of each page, in paragraphs as its lines suggest them; a page that is a picture has none."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from yumen.assistants.documents.cutting import WIDE
from yumen.assistants.documents.values import Block
from yumen.errors import OperatorError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from pypdf import PdfReader

MAX_PAGES = 3000
MAX_CHARACTERS = 20_000_000
"""Of all pages together: a small file may unfold into a large one."""
SHORT = 0.6
"""A line that ends before so much of the page's longest line is the last one of its paragraph."""
HYPHEN = re.compile(r"[^\W\d_]-$")


def read_pdf(path: Path) -> Iterator[Block]:
    """Yield the paragraphs of a PDF's pages.

    Raises OperatorError where the reader is not installed, the file is no PDF, too large, encrypted, or has no text at all.
    """
    try:
        from pypdf import PdfReader  # noqa: PLC0415  (an extra)
        from pypdf.errors import PyPdfError  # noqa: PLC0415  (the same)
    except ImportError as error:
        raise OperatorError("{path} needs a reader that is not there: pip install 'yumen[documents]'", path=path) from error
    try:
        yield from blocks_of(path, PdfReader(path))
    except OperatorError:
        raise
    # The reader is told anything by a broken or hostile file, and stumbles in as many ways.
    except (PyPdfError, ArithmeticError, AttributeError, LookupError, OSError, RecursionError, TypeError, ValueError) as error:
        raise OperatorError("{path} is damaged, or no file of its kind: {reason}", path=path, reason=str(error) or repr(error)) from error


def blocks_of(path: Path, reader: PdfReader) -> Iterator[Block]:
    """Yield the paragraphs of an open PDF."""
    check_open(path, reader)
    if len(reader.pages) > MAX_PAGES:
        raise OperatorError("{path} has more than {limit} pages", path=path, limit=MAX_PAGES)
    characters = 0
    for number, page in enumerate(reader.pages, 1):
        text = page.extract_text()
        characters += len(text)
        if characters > MAX_CHARACTERS:
            raise OperatorError("{path} unfolds into more than {limit} MB", path=path, limit=MAX_CHARACTERS // 1_000_000)
        yield from (Block(paragraph, page=number) for paragraph in paragraphs(text.split("\n")))
    if not characters:
        raise OperatorError("{path} has no text: its pages are pictures, so it must go through text recognition (OCR) first", path=path)


def check_open(path: Path, reader: PdfReader) -> None:
    """Raise OperatorError where a PDF needs a password; many are encrypted without one."""
    from pypdf.errors import DependencyError  # noqa: PLC0415  (an extra)

    try:
        if not reader.is_encrypted or reader.decrypt(""):
            return
    except (DependencyError, NotImplementedError):
        pass
    raise OperatorError("{path} is encrypted: save it without a password first", path=path)


def paragraphs(lines: list[str]) -> Iterator[str]:
    """Yield the paragraphs of a page's lines: an empty line ends one, and so does one that stops early."""
    longest = max(map(len, lines), default=0)
    held: list[str] = []
    for line in map(str.strip, lines):
        if line:
            held.append(line)
        if held and len(line) < SHORT * longest:
            yield joined(held)
            held = []
    if held:
        yield joined(held)


def joined(lines: Iterable[str]) -> str:
    """Return lines as one: a word that was hyphenated is whole again, and no space comes between Chinese characters."""
    text = ""
    for line in lines:
        if HYPHEN.search(text) and line[0].islower():
            text = text[:-1] + line
        elif text and WIDE.match(text[-1]) and WIDE.match(line[0]):
            text += line
        else:
            text = f"{text} {line}".lstrip()
    return text
