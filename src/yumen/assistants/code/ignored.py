"""What git is told to leave out of a folder: often secrets of a developer's own, or what programs have made."""

from __future__ import annotations

import os
from subprocess import DEVNULL, PIPE, SubprocessError, run
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

PATIENCE_S = 10
# A folder's own settings of git may name a program that git runs when it looks at files: not here.
LIST = ("git", "-c", "core.fsmonitor=false", "ls-files", "--others", "--ignored", "--exclude-standard", "--directory", "-z")


def ignored_in(root: Path) -> frozenset[str]:
    """Return the files and folders below a folder that git leaves out; none where the folder is not git's."""
    environ = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")} | {"GIT_OPTIONAL_LOCKS": "0"}
    try:
        listed = run(LIST, cwd=root, env=environ, stdin=DEVNULL, stdout=PIPE, stderr=DEVNULL, timeout=PATIENCE_S, check=True).stdout  # noqa: S603
    except (OSError, SubprocessError):
        return frozenset()
    return frozenset(os.fsdecode(name).rstrip("/") for name in listed.split(b"\0") if name) - {"."}
