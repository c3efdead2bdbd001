"""What is noted of batches on disk, so that whoever comes back after a crash finds them: which batch for which questions, by hash."""

from __future__ import annotations

import fcntl
import os
from contextlib import suppress
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from yumen.errors import OperatorError
from yumen.storage.folder import FOLDER_MODE
from yumen.storage.private import private, state_folder, write_whole

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
    asked: str = ""
    """A hash of the questions and the address."""

    def with_part(self, place: int, part: Part) -> Note:
        """Return it with another part in a place."""
        return msgspec.structs.replace(self, parts=(*self.parts[:place], part, *self.parts[place + 1 :]))


class Notes:
    """One file for one set of questions."""

    def __init__(self, path: Path, asked: str = "") -> None:
        """Read and write that file, for the questions of that hash; its folder is made when it is needed."""
        self._path = path
        self._asked = asked
        self._lock = path.with_name(path.name + ".lock")
        self._held: int | None = None

    def read(self) -> Note:
        """Return what is noted; nothing where there is no file, or half of one. Raises OperatorError where it is of other questions."""
        try:
            note = msgspec.json.decode(self._path.read_bytes(), type=Note)
        except (FileNotFoundError, msgspec.DecodeError):
            return Note(asked=self._asked)
        if note.asked != self._asked:
            raise OperatorError("{path} knows of the batches of other questions: name another file for these", path=self._path)
        return note

    def write(self, note: Note) -> None:
        """Write it whole, and down to the disk: after it the batch is created."""
        write_whole(self._path, msgspec.json.encode(note))

    def take(self) -> bool:
        """Take the notes for whoever creates batches, and return True; False while another thread or process has them.

        The kernel lets go of them on any death. The lock is a file beside the note, and gone when nobody has it.
        """
        self._path.parent.mkdir(parents=True, exist_ok=True, mode=FOLDER_MODE)
        while True:
            held = private(str(self._lock), os.O_RDWR | os.O_CREAT | os.O_CLOEXEC)
            try:
                fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                os.close(held)
                return False
            if is_at(held, self._lock):
                self._held = held
                return True
            os.close(held)  # whoever had it took the file away in between

    def let_go(self) -> None:
        """Let another take them; whoever has not taken them does nothing."""
        held, self._held = self._held, None
        if held is not None:
            self._lock.unlink(missing_ok=True)
            os.close(held)

    def forget(self) -> None:
        """Delete the file: the answers have been handed over, and the same questions make a new batch."""
        self._path.unlink(missing_ok=True)


def is_at(descriptor: int, path: Path) -> bool:
    """Whether an open file is the one that has that name now."""
    with suppress(FileNotFoundError):
        return os.path.samestat(os.fstat(descriptor), path.stat())
    return False


def notes_for(address: str, requests: Sequence[object], environ: Mapping[str, str], state: str | Path | None = None) -> Notes:
    """Return the notes of what is asked at an address: in the named file, else in the user's state folder, by the questions' hash."""
    seed = sha256(address.encode())
    for request in requests:
        seed.update(sha256(msgspec.json.encode(request)).digest())
    asked = seed.hexdigest()[:40]
    return Notes(
        Path(state).expanduser() if state is not None else state_folder(environ, FOLDER_VARIABLE, "batches") / f"{asked}.json", asked
    )
