"""The outline of a file from its syntax tree: by its ending, Python's own parser or tree-sitter's."""

from __future__ import annotations

from pathlib import PurePath

from yumen.assistants.code.folder import lines_in
from yumen.assistants.code.python_outline import python_outline
from yumen.assistants.code.tree_outline import LANGUAGES, tree_outline
from yumen.assistants.code.values import Outline
from yumen.errors import OperatorError

PYTHON = frozenset({".py", ".pyi"})


def outline_of(path: str, text: str) -> Outline:
    """Return what a file's syntax tree tells; of a language that nothing reads, how many lines it has."""
    suffix = PurePath(path).suffix.lower()
    if suffix in PYTHON:
        return python_outline(path, text)
    if suffix in LANGUAGES:
        try:
            return tree_outline(path, text, LANGUAGES[suffix])
        except OperatorError as error:  # the extra is not installed: that is told of this file, and stops nobody
            return Outline(path, LANGUAGES[suffix].name, len(lines_in(text)), flaw=str(error))
    return Outline(path, suffix.removeprefix(".") or "text", len(lines_in(text)), flaw="nothing here reads this language")
