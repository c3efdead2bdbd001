"""The tools that Claude is given: to list, read and search the folder, and to propose edits, which stay proposals."""

from __future__ import annotations

import re
from itertools import islice
from typing import TYPE_CHECKING, Any

from yumen.assistants.code.folder import MOST_LINES
from yumen.assistants.code.outline import outline_of
from yumen.assistants.code.told import outline_lines
from yumen.assistants.code.values import Edit, Refused

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from yumen.assistants.code.folder import Folder

SURROGATE = re.compile("[\ud800-\udfff]")
"""Half a character, which JSON may hold and no file can."""


def tool(name: str, description: str, **fields: dict[str, Any]) -> dict[str, Any]:
    """Return a tool as the API takes it; fields without a default are required."""
    required = [field for field, schema in fields.items() if not schema.pop("optional", False)]
    return {"name": name, "description": description, "input_schema": {"type": "object", "properties": fields, "required": required}}


PATH = {"type": "string", "description": "a path in the folder, such as src/main.py"}
LIST = tool("list_files", "List the files that can be read.", pattern={"type": "string", "description": "such as *.py", "optional": True})
READ = tool(
    "read_file",
    "Read lines of a file, each with its number.",
    path=dict(PATH),
    first={"type": "integer", "description": "the first line, from 1", "optional": True},
    last={"type": "integer", "optional": True},
)
SEARCH = tool(
    "search",
    "Find lines that hold a text, in any case: path:line: text.",
    text={"type": "string"},
    pattern={"type": "string", "description": "in which files, such as *.py", "optional": True},
)
OUTLINE = tool("outline", "Show a file's classes and functions with their lines.", path=dict(PATH))
EDIT = tool(
    "propose_edit",
    "Propose to replace a text that stands exactly once in a file; an empty old_text makes a new file. The user decides.",
    path=dict(PATH),
    old_text={"type": "string"},
    new_text={"type": "string"},
)


class Toolbox:
    """Carries calls out. What was proposed is what a later look sees; nothing is written."""

    def __init__(self, folder: Folder, *, may_edit: bool) -> None:
        """Look at a folder."""
        self._folder = folder
        self._edits: dict[str, Edit] = {}
        self._acts: Mapping[str, Callable[[dict[str, Any]], str]] = {
            "list_files": lambda given: "\n".join(folder.files(text_in(given, "pattern", "*"))) or "(none)",
            "read_file": self._read,
            "search": lambda given: "\n".join(folder.search(text_in(given, "text"), text_in(given, "pattern", "*"))) or "(nothing)",
            "outline": self._outline,
            **({"propose_edit": self._propose} if may_edit else {}),
        }
        self.tools = [LIST, READ, SEARCH, OUTLINE, *([EDIT] if may_edit else [])]

    @property
    def edits(self) -> tuple[Edit, ...]:
        """What was proposed, a file each."""
        return tuple(self._edits.values())

    def call(self, name: str, given: dict[str, Any]) -> dict[str, Any]:
        """Carry one call out; return what Claude gets: the content, and whether it is an error."""
        act = self._acts.get(name)
        try:
            return {"content": act(given)} if act else {"content": f"There is no tool {name}.", "is_error": True}
        except Refused as refused:
            return {"content": str(refused), "is_error": True}

    def _outline(self, given: dict[str, Any]) -> str:
        path = text_in(given, "path")
        return "\n".join(islice(outline_lines(outline_of(path, self._folder.text(path))), MOST_LINES))

    def _read(self, given: dict[str, Any]) -> str:
        first, last = given.get("first", 1), given.get("last")
        if not isinstance(first, int) or not isinstance(last, int | None):
            raise Refused("first and last are numbers of lines.")
        return self._folder.lines(text_in(given, "path"), first, last)

    def _propose(self, given: dict[str, Any]) -> str:
        path, old, new = text_in(given, "path"), text_in(given, "old_text"), text_in(given, "new_text")
        name = self._folder.name_of(self._folder.place(path))
        known = self._edits.get(name)
        before = known.before if known else self._folder.text_or_none(name) or ""
        now = known.after if known else before
        if old == "" and now:
            raise Refused(f"{name} is there already: name the text that is to be replaced.")
        if old and now.count(old) != 1:
            raise Refused(f"old_text stands {now.count(old)} times in {name}; it must stand there exactly once.")
        self._edits[name] = Edit(name, before, now.replace(old, new, 1) if old else new)
        return f"Proposed for {name}."


def text_in(given: dict[str, Any], name: str, default: str | None = None) -> str:
    """Return a text of a call; raise Refused where it is missing or no text."""
    value = given.get(name, default)
    if not isinstance(value, str):
        raise Refused(f"The field {name} is missing.")
    if SURROGATE.search(value):
        raise Refused(f"The field {name} is no Unicode.")
    return value
