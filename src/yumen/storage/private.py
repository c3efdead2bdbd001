"""Small files of the user's own: written whole, readable by their owner alone, in the folder where programs keep their state."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from yumen.storage.folder import FILE_MODE, FOLDER_MODE

if TYPE_CHECKING:
    from collections.abc import Mapping


def private(path: str, flags: int) -> int:
    """Open a file that its owner alone reads: an opener for `open`."""
    return os.open(path, flags, FILE_MODE)


def write_whole(path: Path, data: bytes) -> None:
    """Write a file down to the disk; whoever reads it meanwhile sees what was there before. Raises OSError."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=FOLDER_MODE)
    new = path.with_name(f"{path.name}.{os.getpid()}.new")
    with open(new, "wb", opener=private) as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    new.replace(path)


def write_first(path: Path, data: bytes) -> bool:
    """Write a file down to the disk, unless there is one; return whether it was written. Of two at once one is. Raises OSError."""
    new = path.with_name(f"{path.name}.{os.urandom(4).hex()}.new")
    with open(new, "wb", opener=private) as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    try:
        os.link(new, path)
    except FileExistsError:
        return False
    finally:
        new.unlink()
    return True


def state_folder(environ: Mapping[str, str], variable: str, name: str) -> Path:
    """Return the folder of one kind of state: where that variable says, else `yumen/NAME` below XDG_STATE_HOME."""
    home = environ.get("XDG_STATE_HOME") or "~/.local/state"
    return Path(environ.get(variable) or f"{home}/yumen/{name}").expanduser()
