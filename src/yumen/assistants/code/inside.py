"""Opens files below a folder and nowhere else: each step of the way is opened in the one before it, and no link is followed.

A path that was looked at may have become another by the time it is opened; descriptors stay what they are.
"""

from __future__ import annotations

import os
import stat
from contextlib import contextmanager
from secrets import token_hex
from typing import TYPE_CHECKING

from yumen.assistants.code.values import Refused

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

FOLDER_FLAGS = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
NEW_MODE = 0o666


def read_inside(root: Path, parts: tuple[str, ...], limit: int) -> bytes:
    """Return a file's first bytes. Raises OSError, and Refused where it is no file, or one with another name that may lie outside."""
    with above(root, parts) as folder:
        # Not waited for: a pipe would hold us up for ever.
        descriptor = os.open(parts[-1], os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC, dir_fd=folder)
    with os.fdopen(descriptor, "rb") as file:
        found = os.fstat(descriptor)
        if not stat.S_ISREG(found.st_mode):
            raise Refused(f"{parts[-1]} is no file.")
        if found.st_nlink > 1:
            raise Refused(f"{parts[-1]} has another name (a hard link), which may lie outside the folder.")
        return file.read(limit)


def write_inside(root: Path, parts: tuple[str, ...], data: bytes) -> None:
    """Put a file in its place, whole or not at all; folders on the way are made. Raises OSError."""
    with above(root, parts, make=True) as folder:
        fresh = f".{token_hex(8)}.yumen"
        descriptor = os.open(fresh, os.O_CREAT | os.O_EXCL | os.O_WRONLY | os.O_NOFOLLOW | os.O_CLOEXEC, NEW_MODE, dir_fd=folder)
        try:
            with os.fdopen(descriptor, "wb") as file:
                if (mode := mode_of(folder, parts[-1])) is not None:
                    os.fchmod(descriptor, mode)
                file.write(data)
            os.replace(fresh, parts[-1], src_dir_fd=folder, dst_dir_fd=folder)
        except BaseException:
            os.unlink(fresh, dir_fd=folder)
            raise


@contextmanager
def above(root: Path, parts: tuple[str, ...], *, make: bool = False) -> Iterator[int]:
    """Open the folder that a file lies in."""
    here = os.open(root, FOLDER_FLAGS)
    try:
        for part in parts[:-1]:
            below = entered(here, part, make=make)
            os.close(here)
            here = below
        yield here
    finally:
        os.close(here)


def entered(folder: int, part: str, *, make: bool) -> int:
    """Return a folder in a folder, made where that is wished."""
    try:
        return os.open(part, FOLDER_FLAGS, dir_fd=folder)
    except FileNotFoundError:
        if not make:
            raise
    os.mkdir(part, dir_fd=folder)
    return os.open(part, FOLDER_FLAGS, dir_fd=folder)


def mode_of(folder: int, name: str) -> int | None:
    """Return the permissions of a file that is there."""
    try:
        return stat.S_IMODE(os.stat(name, dir_fd=folder, follow_symlinks=False).st_mode)
    except FileNotFoundError:
        return None
