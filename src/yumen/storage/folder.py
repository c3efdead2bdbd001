"""The data folder: its owner's alone (0700, files 0600), with one lock for the process that serves from it."""

from __future__ import annotations

import errno
import fcntl
import os
import stat
import time
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
DYING_TRIES = 100
DYING_S = 0.05
"""How often, and after what time each, the lock is tried again whose holder is dead: its workers are about to die with it."""


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
            make_or_check(path)
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
    def lock(self) -> Iterator[int]:
        """Hold the folder for one serving process; raise `OperatorError` where another holds it. The kernel lets go on any death.

        The descriptor is given out for the process's workers: inherited by them, the folder is held until the last of them is gone.
        """
        descriptor = os.open(self.file(LOCK_FILE), os.O_RDWR | os.O_CLOEXEC)
        try:
            self._take(descriptor)
            os.ftruncate(descriptor, 0)
            os.pwrite(descriptor, f"{os.getpid()}\n".encode(), 0)
            yield descriptor
        finally:
            os.close(descriptor)

    def _take(self, descriptor: int) -> None:
        for _ in range(DYING_TRIES):
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                if not is_gone(os.pread(descriptor, 32, 0)):
                    break
                time.sleep(DYING_S)
            else:
                return
        raise OperatorError(
            "another yumen serves from {path}: stop it first, or give this one a folder of its own with --data", path=self.path
        )

    def _make(self, path: Path) -> None:
        try:
            path.mkdir(mode=FOLDER_MODE, parents=True, exist_ok=True)
        except OSError as error:
            raise OperatorError(
                "cannot make the data folder {path}: {reason}; choose another with --data", path=path, reason=error.strerror
            ) from error
        refuse_wider(path, FOLDER_MODE)


def make_or_check(path: Path) -> None:
    """Make a file, or see that it can be written. Raises OSError.

    A file that is there is not opened: closing it would drop every lock that this process holds on it, SQLite's among them, and the next
    command that ends would take the write-ahead log away from under the gateway.
    """
    try:
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR | os.O_NOFOLLOW | os.O_CLOEXEC, FILE_MODE))
    except FileExistsError:
        if path.is_symlink():
            raise OSError(errno.ELOOP, os.strerror(errno.ELOOP)) from None
        if not path.is_file() or not os.access(path, os.R_OK | os.W_OK):
            number = errno.EISDIR if path.is_dir() else errno.EACCES
            raise OSError(number, os.strerror(number)) from None


def refuse_wider(path: Path, mode: int) -> None:
    """Raise `OperatorError` where group or others have any right to the path."""
    found = stat.S_IMODE(path.stat().st_mode)
    if found & OTHERS:
        raise OperatorError(
            "{path} is open to others (mode {mode}): run chmod {wanted} {path}", path=path, mode=f"{found:04o}", wanted=f"{mode:04o}"
        )


def is_gone(pid: bytes) -> bool:
    """Whether the process of that number is no more; where no number is known, it may be there."""
    if not pid.strip().isdigit():
        return False
    try:
        os.kill(int(pid), 0)
    except ProcessLookupError:
        return True
    except (OSError, OverflowError):
        return False
    return False


def present(path: Path) -> bool:
    """Whether a file is there. Raises OperatorError where its folder is somebody else's, so that this cannot be told."""
    try:
        return path.exists()
    except PermissionError as error:
        raise OperatorError("{path} cannot be read: {reason}", path=path, reason=error.strerror) from error
