"""The file of an experiment's samples: one line each, appended as they come, so that a run that was stopped goes on where it was."""

from __future__ import annotations

from threading import Lock
from typing import TYPE_CHECKING

import msgspec

from yumen.errors import OperatorError
from yumen.lab.values import Sample

if TYPE_CHECKING:
    from pathlib import Path

    from yumen.lab.values import Plan


class Header(msgspec.Struct, frozen=True):
    """The first line: to which question the samples belong."""

    experiment: str
    prompt: str
    model: str


class Record:
    """Reads and appends samples; several threads may append."""

    def __init__(self, path: Path, plan: Plan) -> None:
        """Keep a plan's samples in a file."""
        self._path = path
        self._plan = plan
        self._lock = Lock()

    def read(self) -> tuple[Sample, ...]:
        """Return what was drawn before; raise OperatorError for another experiment's file.

        A line that a crash cut off is forgotten: its sample is drawn again.
        """
        try:
            lines = self._path.read_bytes().splitlines(keepends=True)
        except FileNotFoundError:
            return ()
        except OSError as error:
            raise OperatorError("{path} cannot be read: {reason}", path=self._path, reason=error.strerror) from error
        whole = [line for line in lines if line.endswith(b"\n")]
        if not whole:
            return ()
        try:
            header, *samples = (msgspec.json.decode(line, type=Sample if place else Header) for place, line in enumerate(whole))
        except msgspec.MsgspecError as error:
            raise OperatorError("{path} is not the file of an experiment: {reason}", path=self._path, reason=error) from error
        if not isinstance(header, Header) or header.experiment != self._plan.fingerprint:
            raise OperatorError("{path} holds another experiment's samples; name another folder with --out", path=self._path)
        return tuple(sample for sample in samples if isinstance(sample, Sample))

    def begin(self) -> None:
        """Make the file ready, before a sample is paid for; raise OperatorError where nothing can be written.

        A half line at its end is cut off, lest the next sample be glued to it.
        """
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            with self._path.open("ab+") as file:
                file.seek(0)
                whole = file.read().rpartition(b"\n")
                file.truncate(len(whole[0]) + len(whole[1]))
                if not whole[1]:
                    file.write(msgspec.json.encode(Header(self._plan.fingerprint, self._plan.prompt, self._plan.model)) + b"\n")
        except OSError as error:
            raise OperatorError("{path} cannot be written: {reason}", path=self._path, reason=error.strerror) from error

    def append(self, sample: Sample) -> None:
        """Write one sample down; it is in the file when this returns. `begin` came before."""
        with self._lock, self._path.open("ab") as file:
            file.write(msgspec.json.encode(sample) + b"\n")
