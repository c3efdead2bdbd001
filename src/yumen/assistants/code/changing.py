"""Proposed edits: shown as a difference, and written where the user says so."""

from __future__ import annotations

import re
from difflib import unified_diff
from typing import TYPE_CHECKING

from yumen.assistants.code.values import Refused
from yumen.errors import OperatorError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from yumen.assistants.code.folder import Folder
    from yumen.assistants.code.values import Edit

LINE = re.compile(r"[^\n]*\n|[^\n]+")
"""A line with its end: only a line feed ends one, as `patch` and `git apply` have it."""


def difference(edits: Iterable[Edit]) -> str:
    """Return edits as one unified difference, as `patch -p1` and `git apply` take it."""
    return "".join(line for edit in edits for line in lines_of(edit))


def lines_of(edit: Edit) -> list[str]:
    """Return the difference of one file."""
    before = "/dev/null" if not edit.before else f"a/{edit.path}"
    changed = unified_diff(LINE.findall(edit.before), LINE.findall(edit.after), before, f"b/{edit.path}")
    return [line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n" for line in changed]


def apply(folder: Folder, edits: Iterable[Edit]) -> None:
    """Write edits. Raises OperatorError, before anything is written, where a file is not as it was read or may not be written."""
    edits = tuple(edits)
    for edit in edits:
        try:
            now = folder.text_or_none(edit.path) or ""
        except Refused as refused:
            raise OperatorError("{path} cannot be changed: {reason}", path=edit.path, reason=refused) from refused
        if now != edit.before:
            raise OperatorError("{path} has changed since it was read: ask again", path=edit.path)
    for edit in edits:
        try:
            folder.write(edit.path, edit.after)
        except Refused as refused:
            raise OperatorError("{path} cannot be changed: {reason}", path=edit.path, reason=refused) from refused
        except OSError as error:
            raise OperatorError("{path} cannot be changed: {reason}", path=edit.path, reason=error.strerror) from error
