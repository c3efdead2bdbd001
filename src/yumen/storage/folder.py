"""The data folder: its owner's alone (0700, files 0600), with one lock for the process that serves from it."""

from __future__ import annotations

import fcntl
import os
import stat
from contextlib import contextmanager
from typing import TYPE_CHECKING

from yumen.errors import OperatorError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

FOLDER_MODE = 0o700
FILE_MODE = 0o600
OTHERS = stat.S_IRWXG | stat.S_IRWXO
LOCK_FILE = "serve.lock"
DATABASE_FILE = "yumen.db"


class DataFolder:
    """A folder that holds keys' hashes, the ledger and its journal; one that others could read is refused."""

    def __init__(self, path: Path) -> None:
        """Make the folder if it is missing and check that it is ours alone; raise `OperatorError` otherwise."""
        self.path = path.absolute()
        self._make(self.path)

    def folder(self, name: str) -> Path:
        """Return a folder inside, made if missing."""
        path = self.path / name
        self._make(path)
        return path

    def file(self, name: str) -> Path:
        """Return a file inside, made empty if missing, so that whatever writes it later finds it with the right mode."""
        path = self.path / name
        try:
            os.close(os.open(path, os.O_CREAT | os.O_RDWR | os.O_NOFOLLOW | os.O_CLOEXEC, FILE_MODE))
        except OSError as error:
            raise OperatorError(
                "cannot write {path}: {reason}; choose another data folder with --data, or mend this one", path=path, reason=error.strerror
            ) from error
        refuse_wider(path, FILE_MODE)
        return path

    @property
    def database_url(self) -> str:
        """Return the URL of the folder's own SQLite database."""
        return f"sqlite+aiosqlite:///{self.file(DATABASE_FILE)}"

    @contextmanager
    def lock(self) -> Iterator[None]:
        """Hold the folder for one serving process; raise `OperatorError` where another holds it. The kernel lets go on any death."""
        descriptor = os.open(self.file(LOCK_FILE), os.O_RDWR | os.O_CLOEXEC)
        try:
            self._take(descriptor)
            yield
        finally:
            os.close(descriptor)

    def _take(self, descriptor: int) -> None:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise OperatorError(
                "another yumen serves from {path}: stop it first, or give this one a folder of its own with --data", path=self.path
            ) from error

    def _make(self, path: Path) -> None:
        try:
            path.mkdir(mode=FOLDER_MODE, parents=True, exist_ok=True)
        except OSError as error:
            raise OperatorError(
                "cannot make the data folder {path}: {reason}; choose another with --data", path=path, reason=error.strerror
            ) from error
        refuse_wider(path, FOLDER_MODE)


def refuse_wider(path: Path, mode: int) -> None:
    """Raise `OperatorError` where group or others have any right to the path."""
    found = stat.S_IMODE(path.stat().st_mode)
    if found & OTHERS:
        raise OperatorError(
            "{path} is open to others (mode {mode}): run chmod {wanted} {path}", path=path, mode=f"{found:04o}", wanted=f"{mode:04o}"
        )
