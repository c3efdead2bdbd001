"""Looks whether the data folder is there, its owner's alone, and has room, and whether a gateway serves from it."""

from __future__ import annotations

import fcntl
import os
import shutil
import stat
from typing import TYPE_CHECKING

from yumen.checks.finding import Finding, Level
from yumen.storage.folder import DATABASE_FILE, LOCK_FILE, OTHERS, present

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

PLACE = "data folder"
MB = 1024 * 1024
LITTLE_MB, TOO_LITTLE_MB = 1024, 64


def check_folder(path: Path, *, holds_database: bool = True) -> Iterator[Finding]:
    """Yield what is found of a data folder. Raises OperatorError where it cannot be looked into."""
    if not holds_database and not present(path):
        yield Finding(Level.OK, PLACE, "no gateway has served from {path} yet", {"path": path})
        return
    if holds_database and not present(path / DATABASE_FILE):
        yield Finding(
            Level.FAIL, PLACE, "{path} holds no gateway's data yet: run yumen serve, or name the right folder with --data", {"path": path}
        )
        return
    yield modes(path)
    yield room(path)
    yield Finding(Level.OK, PLACE, "a gateway serves from it" if is_served(path) else "no gateway serves from it now")


def modes(path: Path) -> Finding:
    """Say whether others can read anything in it."""
    for one in (path, *sorted(path.rglob("*"))):
        found = stat.S_IMODE(one.lstat().st_mode)
        if found & OTHERS and not one.is_symlink():
            wanted = "0700" if one.is_dir() else "0600"
            return Finding(
                Level.FAIL,
                PLACE,
                "{path} is open to others (mode {mode}): run chmod {wanted} {path}",
                {"path": one, "mode": f"{found:04o}", "wanted": wanted},
            )
    return Finding(Level.OK, PLACE, "{path} is its owner's alone", {"path": path})


def room(path: Path) -> Finding:
    """Say how much room its disk has."""
    free_mb = shutil.disk_usage(path).free // MB
    level = Level.FAIL if free_mb < TOO_LITTLE_MB else Level.WARN if free_mb < LITTLE_MB else Level.OK
    sentence = "{mb} MB are free" if level is Level.OK else "only {mb} MB are free: make room, or the ledger cannot be written"
    return Finding(level, PLACE, sentence, {"mb": f"{free_mb:,}"})


def is_served(path: Path) -> bool:
    """Whether a process holds the folder's lock."""
    try:
        descriptor = os.open(path / LOCK_FILE, os.O_RDONLY | os.O_CLOEXEC)
    except OSError:
        return False
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(descriptor)
    return False
