"""What is noted of batches on disk, so that whoever comes back after a crash finds them: which batch for which questions, by hash."""

from __future__ import annotations

import os
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

FOLDER_VARIABLE = "YUMEN_BATCHES"


class Part(msgspec.Struct, frozen=True):
    """One batch of those that the questions make; written before it is created, and again when its id is known."""

    token: str
    """What its custom ids begin with: it stands in no other batch."""
    count: int
    began_us: int
    batch_id: str | None = None


class Note(msgspec.Struct, frozen=True):
    """All batches of one `ask_many`, in the order of the questions."""

    parts: tuple[Part, ...] = ()

    def with_part(self, place: int, part: Part) -> Note:
        """Return it with another part in a place."""
        return Note((*self.parts[:place], part, *self.parts[place + 1 :]))


class Notes:
    """One file for one set of questions."""

    def __init__(self, path: Path) -> None:
        """Read and write that file; its folder is made when it is written."""
        self._path = path

    def read(self) -> Note:
        """Return what is noted; nothing where there is no file, or one that cannot be read."""
        try:
            return msgspec.json.decode(self._path.read_bytes(), type=Note)
        except (FileNotFoundError, msgspec.DecodeError):
            return Note()

    def write(self, note: Note) -> None:
        """Write it whole, and down to the disk: after it the batch is created."""
        self._path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        new = self._path.with_suffix(".new")
        with open(new, "wb", opener=private) as file:
            file.write(msgspec.json.encode(note))
            file.flush()
            os.fsync(file.fileno())
        new.replace(self._path)

    def forget(self) -> None:
        """Delete the file: the answers have been handed over, and the same questions make a new batch."""
        self._path.unlink(missing_ok=True)


def private(path: str, flags: int) -> int:
    """Open a file that its owner alone reads."""
    return os.open(path, flags, 0o600)


def notes_for(address: str, requests: Sequence[object], environ: Mapping[str, str], state: str | Path | None = None) -> Notes:
    """Return the notes of what is asked at an address: in the named file, else in the user's state folder, by the questions' hash."""
    if state is not None:
        return Notes(Path(state).expanduser())
    seed = sha256(address.encode())
    for request in requests:
        seed.update(sha256(msgspec.json.encode(request)).digest())
    return Notes(folder_of(environ) / f"{seed.hexdigest()[:40]}.json")


def folder_of(environ: Mapping[str, str]) -> Path:
    """Return the folder of notes: YUMEN_BATCHES, else below XDG_STATE_HOME."""
    if environ.get(FOLDER_VARIABLE):
        return Path(environ[FOLDER_VARIABLE]).expanduser()
    home = environ.get("XDG_STATE_HOME") or "~/.local/state"
    return Path(home).expanduser() / "yumen" / "batches"
