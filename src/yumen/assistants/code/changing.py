"""Proposed edits: shown as a difference, and written where the user says so."""

from __future__ import annotations

import os
from difflib import unified_diff
from typing import TYPE_CHECKING

from yumen.assistants.code.values import Refused
from yumen.errors import OperatorError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from yumen.assistants.code.folder import Folder
    from yumen.assistants.code.values import Edit


def difference(edits: Iterable[Edit]) -> str:
    """Return edits as one unified difference, as `patch -p1` and `git apply` take it."""
    return "".join(line for edit in edits for line in lines_of(edit))


def lines_of(edit: Edit) -> list[str]:
    """Return the difference of one file."""
    before = "/dev/null" if not edit.before else f"a/{edit.path}"
    changed = unified_diff(edit.before.splitlines(keepends=True), edit.after.splitlines(keepends=True), before, f"b/{edit.path}")
    return [line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n" for line in changed]


def apply(folder: Folder, edits: Iterable[Edit]) -> None:
    """Write edits. Raises OperatorError, before anything is written, where a file is not as it was read or may not be written."""
    places = [(folder.place(edit.path), edit) for edit in edits]
    for place, edit in places:
        try:
            now = folder.text(edit.path) if place.exists() else ""
        except Refused as refused:
            raise OperatorError("{path} cannot be changed: {reason}", path=edit.path, reason=refused) from refused
        if now != edit.before:
            raise OperatorError("{path} has changed since it was read: ask again", path=edit.path)
    for place, edit in places:
        try:
            place.parent.mkdir(parents=True, exist_ok=True)
            # Beside the file and then in its place: whoever reads it meanwhile sees one of the two, whole.
            fresh = place.with_name(f".{place.name}.{os.getpid()}")
            fresh.write_text(edit.after)
            if place.exists():
                fresh.chmod(place.stat().st_mode)
            fresh.replace(place)
        except OSError as error:
            raise OperatorError("{path} cannot be changed: {reason}", path=edit.path, reason=error.strerror) from error
