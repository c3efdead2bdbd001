"""Uploaded files in a temporary folder, within a bound of bytes."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import IO, TYPE_CHECKING

import msgspec

from yumen.clock import iso

if TYPE_CHECKING:
    from collections.abc import Iterator

READ_BYTES = 256 * 1024


class StoredFile(msgspec.Struct, frozen=True, kw_only=True):
    """What is known of a file."""

    id: str
    filename: str
    mime_type: str
    size_bytes: int
    created_us: int
    expires_us: int | None = None
    downloadable: bool = False


class QuotaExceededError(Exception):
    """The store is full."""


class Upload:
    """A file that is being written; it is nothing until it is kept."""

    def __init__(self, store: FileStore, path: Path) -> None:
        """Write to that path."""
        self._store = store
        self._path = path
        self._file: IO[bytes] = path.open("wb")
        self.size_bytes = 0

    def write(self, data: bytes) -> None:
        """Write more. Raises QuotaExceededError."""
        if self._store.held_bytes + self.size_bytes + len(data) > self._store.limit_bytes:
            raise QuotaExceededError
        self._file.write(data)
        self.size_bytes += len(data)

    def keep(self, described: StoredFile) -> None:
        """Make it a file of the store."""
        self._file.close()
        self._store.add(described)

    def drop(self) -> None:
        """Give it up, unless it was kept."""
        if not self._file.closed:
            self._file.close()
            self._path.unlink(missing_ok=True)


class FileStore:
    """Files by their id, oldest first."""

    def __init__(self, limit_bytes: int) -> None:
        """Hold that many bytes in all; the folder is made with the first file."""
        self.limit_bytes = limit_bytes
        self.held_bytes = 0
        self._folder: TemporaryDirectory[str] | None = None
        self._files: dict[str, StoredFile] = {}

    def begin(self, identity: str) -> Upload:
        """Begin to write a file."""
        return Upload(self, self._path(identity))

    def add(self, described: StoredFile) -> None:
        """Take a file whose bytes are written."""
        self._files[described.id] = described
        self.held_bytes += described.size_bytes

    def find(self, identity: str, now_us: int) -> StoredFile | None:
        """Return a file; an expired one is deleted."""
        found = self._files.get(identity)
        if found is not None and found.expires_us is not None and found.expires_us <= now_us:
            self.delete(identity)
            return None
        return found

    def all(self, now_us: int) -> list[StoredFile]:
        """Return every file, newest first."""
        found = [self.find(identity, now_us) for identity in list(self._files)]
        return [each for each in reversed(found) if each is not None]

    def delete(self, identity: str) -> None:
        """Delete a file."""
        found = self._files.pop(identity)
        self.held_bytes -= found.size_bytes
        self._path(identity).unlink(missing_ok=True)

    def content(self, identity: str) -> Iterator[bytes]:
        """Yield a file's bytes."""
        with self._path(identity).open("rb") as file:
            while piece := file.read(READ_BYTES):
                yield piece

    def close(self) -> None:
        """Delete everything."""
        self._files.clear()
        self.held_bytes = 0
        if self._folder is not None:
            self._folder.cleanup()
            self._folder = None

    def _path(self, identity: str) -> Path:
        if self._folder is None:
            self._folder = TemporaryDirectory(prefix="yumen-sandbox-")
        return Path(self._folder.name) / identity


def file_object(described: StoredFile) -> dict[str, object]:
    """Return a file's description."""
    return {
        "id": described.id,
        "type": "file",
        "filename": described.filename,
        "mime_type": described.mime_type,
        "size_bytes": described.size_bytes,
        "created_at": iso(described.created_us),
        "downloadable": described.downloadable,
        "expires_at": iso(described.expires_us) if described.expires_us is not None else None,
    }
