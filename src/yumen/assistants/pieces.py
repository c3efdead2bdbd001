"""Keeps the finished pieces of a long work on disk, so that whoever begins it again goes on where it broke off."""

from __future__ import annotations

import logging
from hashlib import sha256
from threading import Lock
from typing import TYPE_CHECKING

import msgspec

from yumen.storage.private import state_folder, write_whole

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

FOLDER_VARIABLE = "YUMEN_PIECES"
log = logging.getLogger("yumen.assistants")


class Pieces:
    """The pieces of one work, each by the hash of what it was made from; to be shared by threads."""

    def __init__(self, path: Path | None) -> None:
        """Read what is kept in a file; it need not be there, and one that cannot be read counts as none. None: keep nothing on disk."""
        self._path = path
        self._lock = Lock()
        self._known = {} if path is None else read(path)

    @property
    def count(self) -> int:
        """How many there are."""
        return len(self._known)

    def get(self, made_from: object) -> str | None:
        """Return the piece that was made from that; None: there is none yet."""
        return self._known.get(key_of(made_from))

    def keep(self, made_from: object, piece: str) -> None:
        """Keep a piece, and write all of them. A disk that takes nothing costs the resumption, not the work."""
        with self._lock:
            self._known[key_of(made_from)] = piece
            if self._path is not None:
                try:
                    write_whole(self._path, msgspec.json.encode(self._known))
                except OSError as error:
                    log.warning("%s cannot be written, so a second run will begin anew: %s", self._path, error.strerror)
                    self._path = None

    def forget(self) -> None:
        """Delete the file: the work is done, and its text is nobody else's."""
        if self._path is not None:
            self._path.unlink(missing_ok=True)


def read(path: Path) -> dict[str, str]:
    """Return what a file keeps."""
    try:
        return msgspec.json.decode(path.read_bytes(), type=dict[str, str])
    except (OSError, ValueError):
        return {}


def key_of(made_from: object) -> str:
    """Return what a piece is kept by."""
    return sha256(msgspec.json.encode(made_from)).hexdigest()[:40]


def pieces_for(work: object, environ: Mapping[str, str]) -> Pieces:
    """Return the pieces of a work, kept below YUMEN_PIECES, else below XDG_STATE_HOME, by the hash of all that makes it what it is."""
    return Pieces(state_folder(environ, FOLDER_VARIABLE, "pieces") / f"{key_of(work)}.json")
