"""What lies in a folder of documents: the files that can be read, inside the folder alone."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from yumen.assistants.documents import is_readable
from yumen.errors import OperatorError

if TYPE_CHECKING:
    from collections.abc import Iterator

MAX_FILES = 100_000


class Seen(msgspec.Struct, frozen=True):
    """A file that is there."""

    path: Path
    name: str
    """Below the folder, with slashes."""
    size: int
    changed_ns: int


def seen_in(folder: Path) -> Iterator[Seen]:
    """Yield the files of a folder and those below; hidden ones are left out, and no link is followed: it could lead anywhere.

    Raises OperatorError where there is no such folder, or more than 100,000 files in it.
    """
    if not folder.is_dir():
        raise OperatorError("{path} is no folder: --knowledge takes the folder of your documents", path=folder)
    count = 0
    for above, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for path in (Path(above, name) for name in sorted(names) if not name.startswith(".")):
            if is_readable(path) and path.is_file() and not path.is_symlink():
                count += 1
                yield seen(path, folder)
        if count > MAX_FILES:
            raise OperatorError("{path} holds more than {limit} documents", path=folder, limit=MAX_FILES)


def seen(path: Path, folder: Path) -> Seen:
    """Return a file as it is now. Raises OperatorError."""
    try:
        found = path.stat()
    except OSError as error:
        raise OperatorError("{path} cannot be read: {reason}", path=path, reason=error.strerror) from error
    return Seen(path, path.relative_to(folder).as_posix(), found.st_size, found.st_mtime_ns)
