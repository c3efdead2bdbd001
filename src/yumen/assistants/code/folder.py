"""The one folder whose files are read: nothing outside it, nothing secret in it, nothing that is no text."""

from __future__ import annotations

import os
import re
from fnmatch import fnmatchcase
from functools import cached_property
from typing import TYPE_CHECKING

from yumen.assistants.code.ignored import ignored_in
from yumen.assistants.code.inside import read_inside, write_inside
from yumen.assistants.code.values import Refused
from yumen.errors import OperatorError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

MAX_BYTES = 1024 * 1024
"""The largest file that is read."""
MOST_FILES = 2000
MOST_HITS = 200
MOST_LINES = 800
"""So many lines one look may see."""
SHOWN_CHARACTERS = 400
"""So much of a line is shown."""
SKIPPED_FOLDERS = frozenset({"node_modules", "__pycache__", "venv", "site-packages", "target", "dist", "build"})
SECRET = (
    "*.pem",
    "*.key",
    "*.p12",
    "*.pfx",
    "*.jks",
    "*.keystore",
    "id_rsa*",
    "id_ed25519*",
    "id_ecdsa*",
    "*credentials*",
    "*secret*.json",
)
"""Names that are likely to hold secrets; whatever begins with a dot is not read either."""


class Folder:
    """A folder by its real place. Paths are relative to it, with `/`."""

    def __init__(self, root: Path) -> None:
        """Take a folder. Raises OperatorError where there is none."""
        if not root.is_dir():
            raise OperatorError("there is no folder {path}", path=root)
        self.root = root.resolve()

    @cached_property
    def _ignored(self) -> frozenset[str]:
        return ignored_in(self.root)

    def place(self, name: str) -> Path:
        """Return where a file is; raise Refused where that is outside, or not to be read. The file itself need not be there."""
        if not name.isprintable() or len(name) > 1000:  # noqa: PLR2004  (no path of a source file is so long)
            raise Refused("That is no path.")
        try:
            # Resolved after joining: `..`, an absolute path and a symbolic link all show where they lead.
            real = (self.root / name).resolve()
        except (OSError, RuntimeError, ValueError):
            raise Refused(f"{name} leads nowhere.") from None
        if not real.is_relative_to(self.root) or real == self.root:
            raise Refused(f"{name} is outside the folder.")
        inside = real.relative_to(self.root)
        if hidden := next((part for part in inside.parts if is_hidden(part)), None):
            raise Refused(f"{hidden} is not read: it may hold secrets, or is not source.")
        if any(step.as_posix() in self._ignored for step in (inside, *inside.parents)):
            raise Refused(f"{name} is not read: git leaves it out.")
        return real

    def name_of(self, path: Path) -> str:
        """Return a place's path in the folder."""
        return path.relative_to(self.root).as_posix()

    def text(self, name: str) -> str:
        """Return a file's text; raise Refused where it is none, too large, or not to be read."""
        text = self.text_or_none(name)
        if text is None:
            raise Refused(f"There is no file {name}.")
        return text

    def text_or_none(self, name: str) -> str | None:
        """Return the same; None where there is no such file."""
        try:
            data = read_inside(self.root, self.place(name).relative_to(self.root).parts, MAX_BYTES + 1)
        except FileNotFoundError:
            return None
        except OSError as error:
            raise Refused(f"{name} cannot be read: {error.strerror}.") from error
        if len(data) > MAX_BYTES:
            raise Refused(f"{name} is larger than {MAX_BYTES // 1024} KB.")
        try:
            text = data.decode()
        except UnicodeDecodeError:
            raise Refused(f"{name} is no UTF-8 text.") from None
        if "\0" in text:
            raise Refused(f"{name} is no text.")
        return text

    def write(self, name: str, text: str) -> None:
        """Write a file, whole or not at all; raise Refused where it may not be, and OSError."""
        write_inside(self.root, self.place(name).relative_to(self.root).parts, text.encode())

    def lines(self, name: str, first: int = 1, last: int | None = None) -> str:
        """Return lines of a file, each with its number."""
        every = lines_in(self.text(name))
        first = max(1, first)
        last = min(len(every) if last is None else last, len(every), first + MOST_LINES - 1)
        shown = [f"{number}: {every[number - 1][:SHOWN_CHARACTERS]}" for number in range(first, last + 1)]
        rest = [f"… {len(every) - last} lines more"] if last < len(every) else []
        return "\n".join([*shown, *rest]) or "(there are no such lines)"

    def files(self, pattern: str = "*") -> list[str]:
        """Return the paths of the files that may be read and match a pattern, in order."""
        found = []
        for name in self._walk():
            if fnmatchcase(name, pattern) or fnmatchcase(name.rpartition("/")[2], pattern):
                found.append(name)
            if len(found) == MOST_FILES:
                break
        return found

    def search(self, wanted: str, pattern: str = "*") -> list[str]:
        """Return lines that hold a text, in any case, as `path:line: text`."""
        seek = re.compile(re.escape(wanted), re.IGNORECASE)
        hits: list[str] = []
        for name in self.files(pattern):
            try:
                text = self.text(name)
            except Refused:
                continue
            numbered = enumerate(lines_in(text), 1)
            hits += [f"{name}:{number}: {line.strip()[:SHOWN_CHARACTERS]}" for number, line in numbered if seek.search(line)]
            if len(hits) >= MOST_HITS:
                return hits[:MOST_HITS]
        return hits

    def _walk(self) -> Iterator[str]:
        for here, folders, names in os.walk(self.root, followlinks=False):
            above = self.root / here
            folders[:] = sorted(name for name in folders if self._may_show(above / name))
            for path in (above / name for name in sorted(names)):
                if self._may_show(path) and path.is_file() and not path.is_symlink():
                    yield self.name_of(path)

    def _may_show(self, path: Path) -> bool:
        return not is_hidden(path.name) and path.name.isprintable() and self.name_of(path) not in self._ignored


def lines_in(text: str) -> list[str]:
    """Return a text's lines as editors, compilers and git count them: a form feed begins none."""
    lines = text.replace("\r\n", "\n").split("\n")
    return lines if lines[-1] else lines[:-1]


def is_hidden(name: str) -> bool:
    """Whether a file or folder of that name is passed over."""
    return name.startswith(".") or name in SKIPPED_FOLDERS or any(fnmatchcase(name.lower(), pattern) for pattern in SECRET)
