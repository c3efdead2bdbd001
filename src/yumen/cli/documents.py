"""The documents that a command line names: files, patterns, folders, and standard input."""

from __future__ import annotations

import sys
from glob import glob, has_magic
from pathlib import Path
from typing import TYPE_CHECKING

from yumen.assistants.documents import Document, is_readable, read_document
from yumen.assistants.documents.cutting import passages_of
from yumen.assistants.documents.markdown import markdown_blocks
from yumen.errors import OperatorError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

STDIN = "-"


def documents_named(names: Iterable[str]) -> list[Document]:
    """Return the documents, each once. Raises OperatorError where a name leads to none, or one cannot be read."""
    found: dict[Path, Document] = {}
    for name in names:
        if name == STDIN:
            found[Path(STDIN)] = from_text(read_stdin())
            continue
        for path in paths_named(name):
            found.setdefault(path, read_document(path))
    return list(found.values())


def paths_named(name: str) -> Iterator[Path]:
    """Yield the files of a name: itself, what a pattern finds, or all of a folder that can be read."""
    path = Path(name)
    if has_magic(name) and not path.exists():
        paths = [Path(each) for each in sorted(glob(name, recursive=True)) if is_readable(Path(each))]  # noqa: PTH207  (it takes any path)
    elif path.is_dir():
        paths = sorted(each for each in path.rglob("*") if is_readable(each) and each.is_file() and not each.is_symlink())
    else:
        paths = [path]
    if not paths:
        raise OperatorError("{path}: there is no document that can be read", path=name)
    yield from paths


def from_text(text: str) -> Document:
    """Return the document of standard input: Markdown, as which plain text reads well too."""
    return Document(Path(STDIN), STDIN, passages_of(markdown_blocks(text.replace("\r\n", "\n"))))


def read_stdin() -> str:
    """Return what comes by standard input."""
    return sys.stdin.read()
