"""Plain text: paragraphs between empty lines; and what every file of text has in common, its encoding."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from yumen.assistants.documents.values import Block
from yumen.errors import OperatorError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

ENCODINGS = ("utf-8-sig", "gb18030")
"""Tried in this order: old Chinese files are no UTF-8, and hardly any of them happens to be."""


def read_plain(path: Path) -> Iterator[Block]:
    """Yield the paragraphs of a text file."""
    return paragraphs(read_text(path))


def read_text(path: Path) -> str:
    """Return a file's text, with line ends of one kind. Raises OperatorError where it cannot be read, or is no text."""
    try:
        data = path.read_bytes()
    except OSError as error:
        raise OperatorError("{path} cannot be read: {reason}", path=path, reason=error.strerror) from error
    if b"\0" in data:
        raise OperatorError("{path} is no text in UTF-8 or GB 18030", path=path)
    for encoding in ENCODINGS:
        try:
            return data.decode(encoding).replace("\r\n", "\n").replace("\r", "\n")
        except UnicodeDecodeError:
            continue
    raise OperatorError("{path} is no text in UTF-8 or GB 18030", path=path)


def paragraphs(text: str, first_line: int = 1) -> Iterator[Block]:
    """Yield what stands between empty lines."""
    lines = enumerate(text.split("\n"), first_line)
    for filled, group in groupby(lines, key=lambda line: bool(line[1].strip())):
        if filled:
            found = list(group)
            yield Block("\n".join(line.rstrip() for _, line in found), line=found[0][0])
