"""Which part of a machine's gateway a process is: all of it, or one of several workers under a supervisor."""

from __future__ import annotations

import msgspec


class Place(msgspec.Struct, frozen=True):
    """A process's place."""

    worker: int = 0
    """The worker's number from 1 on; 0: the process serves alone, or watches over workers."""
    sandbox: str | None = None
    """Where the supervisor serves the sandbox, which knows its batches and files only in one process."""

    @property
    def alone(self) -> bool:
        """Whether the data folder, its log and the control port are this process's own."""
        return not self.worker

    @property
    def first(self) -> bool:
        """Whether what must be done once on a machine is done here."""
        return self.worker <= 1


ALONE = Place()
