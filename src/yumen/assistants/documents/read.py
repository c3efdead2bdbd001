"""Which reader reads which kind of file; another kind is one more line in the table."""

from __future__ import annotations

from typing import TYPE_CHECKING

from yumen.assistants.documents.cutting import passages_of
from yumen.assistants.documents.docx import read_docx
from yumen.assistants.documents.html import read_html
from yumen.assistants.documents.markdown import read_markdown
from yumen.assistants.documents.pdf import read_pdf
from yumen.assistants.documents.plain import read_plain
from yumen.assistants.documents.values import Block, Document
from yumen.errors import OperatorError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

READERS: dict[str, Callable[[Path], Iterable[Block]]] = {
    ".md": read_markdown,
    ".markdown": read_markdown,
    ".txt": read_plain,
    ".text": read_plain,
    ".html": read_html,
    ".htm": read_html,
    ".pdf": read_pdf,
    ".docx": read_docx,
}
"""By the ending of a file's name, in lower case. A reader yields headings and paragraphs in their order."""
MAX_BYTES = 64 * 1024 * 1024


def is_readable(path: Path) -> bool:
    """Whether there is a reader for such a file."""
    return path.suffix.lower() in READERS


def read_document(path: Path) -> Document:
    """Read a file. Raises OperatorError where it cannot be read, is too large, or is of no known kind."""
    reader = READERS.get(path.suffix.lower())
    if reader is None:
        raise OperatorError("{path} is of no kind that can be read: {kinds}", path=path, kinds=", ".join(sorted(READERS)))
    try:
        size = path.stat().st_size
    except OSError as error:
        raise OperatorError("{path} cannot be read: {reason}", path=path, reason=error.strerror) from error
    if size > MAX_BYTES:
        raise OperatorError("{path} is larger than {limit} MB", path=path, limit=MAX_BYTES // 1024 // 1024)
    blocks = list(reader(path))
    title = next((block.text for block in blocks if block.level), path.stem)
    return Document(path, title, passages_of(blocks))
