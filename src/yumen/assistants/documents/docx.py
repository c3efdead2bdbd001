"""DOCX: headings, paragraphs and rows of tables, in their order, without what is hidden."""

from __future__ import annotations

import re
import zipfile
from typing import TYPE_CHECKING, Any

from yumen.assistants.documents.values import Block
from yumen.errors import OperatorError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from docx.table import Table
    from docx.text.paragraph import Paragraph

MAX_UNPACKED = 256 * 1024 * 1024
"""Bytes of all parts together: a DOCX is a ZIP file, and a small one may unfold into anything."""
MAX_RATIO = 200
"""How often smaller a part's packed form may be than the part; text comes to 20, a bomb to 1,000."""
RATIO_FROM = 1024 * 1024
MAX_PARTS = 10_000
OLE = b"\xd0\xcf\x11\xe0"
"""How a file of Word before 2007 begins, and a newer one that is encrypted."""
HEADING = re.compile(r"heading ([1-6])", re.IGNORECASE)


def read_docx(path: Path) -> Iterator[Block]:
    """Yield the headings and blocks of a document.

    Raises OperatorError where the reader is not installed, the file is no DOCX, encrypted, too large when unpacked, or has no text.
    """
    try:
        import docx  # noqa: PLC0415  (an extra)
    except ImportError as error:
        raise OperatorError("{path} needs a reader that is not there: pip install 'yumen[documents]'", path=path) from error
    try:
        check_parts(path)
        blocks = list(blocks_of(docx.Document(str(path))))
    except OperatorError:
        raise
    # The reader stumbles over a broken file in many ways, some of them its XML parser's (a SyntaxError).
    except (ArithmeticError, AttributeError, LookupError, OSError, RecursionError, SyntaxError, TypeError, ValueError) as error:
        raise damaged(path, error) from error
    except (zipfile.BadZipFile, NotImplementedError) as error:
        raise damaged(path, error) from error
    if not blocks:
        raise OperatorError("{path} has no text", path=path)
    yield from blocks


def damaged(path: Path, error: Exception) -> OperatorError:
    """Return what is said of a file that is not right."""
    return OperatorError("{path} is damaged, or no file of its kind: {reason}", path=path, reason=str(error) or repr(error))


def check_parts(path: Path) -> None:
    """Raise OperatorError where a file is encrypted, or its parts are too many or too large; nothing is unpacked for it."""
    with path.open("rb") as file:
        if file.read(len(OLE)) == OLE:
            raise OperatorError("{path} is encrypted, or of a Word before 2007: save it as DOCX without a password first", path=path)
    with zipfile.ZipFile(path) as packed:
        parts = packed.infolist()
    bomb = any(part.file_size > max(RATIO_FROM, MAX_RATIO * part.compress_size) for part in parts)
    if bomb or len(parts) > MAX_PARTS or sum(part.file_size for part in parts) > MAX_UNPACKED:
        raise OperatorError("{path} unfolds into more than {limit} MB", path=path, limit=MAX_UNPACKED // 1024 // 1024)


def blocks_of(document: Any) -> Iterator[Block]:  # noqa: ANN401  (the reader keeps its types to itself)
    """Yield what a document shows."""
    for item in document.iter_inner_content():
        if hasattr(item, "rows"):
            yield from (Block(row) for row in rows_of(item))
        elif text := text_of(item).strip():
            yield Block(text, level=level_of(item))


def rows_of(table: Table) -> Iterator[str]:
    """Yield a table's rows; a cell that was joined with its neighbour is told once."""
    for row in table.rows:
        cells = {id(cell._tc): " ".join(text_of(each).strip() for each in cell.paragraphs) for cell in row.cells}  # noqa: SLF001  (its only identity)
        if text := " | ".join(filter(None, map(str.strip, cells.values()))):
            yield text


def text_of(paragraph: Paragraph) -> str:
    """Return what a paragraph shows, that of its links included."""
    runs = (run for item in paragraph.iter_inner_content() for run in getattr(item, "runs", [item]))
    return "".join(run.text for run in runs if not run.font.hidden)


def level_of(paragraph: Paragraph) -> int:
    """Return the level of a heading; 0: it is none."""
    name = (paragraph.style.name if paragraph.style else "") or ""
    found = HEADING.fullmatch(name)
    return int(found[1]) if found else int(name == "Title")
