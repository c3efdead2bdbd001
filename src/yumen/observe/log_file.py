"""A file that is set aside when it is full: mode 0600, old parts deleted after their days."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

FILE_MODE = 0o600
DAY_S = 86_400


class RotatingFile:
    """Appends to a file and sets it aside, under a name with the time, before it grows beyond its size."""

    def __init__(self, path: Path, max_bytes: int, keep_days: int) -> None:
        """Name the file; it is opened by the first write."""
        self._path = path
        self._max_bytes = max_bytes
        self._keep_days = keep_days
        self._descriptor: int | None = None
        self._size = 0

    def write(self, data: bytes, now_us: int) -> None:
        """Append; raise `OSError` where the disk does not take it."""
        if self._descriptor is None:
            self._open()
        if self._size and self._size + len(data) > self._max_bytes:
            self._set_aside(now_us)
        assert self._descriptor is not None  # noqa: S101  (opened above)
        self._size += os.write(self._descriptor, data)

    def close(self) -> None:
        """Close the file."""
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None

    def _open(self) -> None:
        self._descriptor = os.open(self._path, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_NOFOLLOW | os.O_CLOEXEC, FILE_MODE)
        self._size = os.fstat(self._descriptor).st_size

    def _set_aside(self, now_us: int) -> None:
        """Rename the file, begin a new one, and delete parts that are too old."""
        self.close()
        self._path.rename(f"{self._path}.{now_us}")
        for part in self._path.parent.glob(self._path.name + ".*"):
            written_us = part.suffix[1:]
            if written_us.isdecimal() and int(written_us) < now_us - self._keep_days * DAY_S * 1_000_000:
                part.unlink(missing_ok=True)
        self._open()
