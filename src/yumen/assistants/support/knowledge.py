"""What the documents say: an index that is looked after while it is used."""

from __future__ import annotations

import logging
from threading import Lock
from typing import TYPE_CHECKING

from yumen.assistants.support.rules import COVERED
from yumen.errors import OperatorError

if TYPE_CHECKING:
    from pathlib import Path

    from yumen.assistants.support.index import Index, Refreshed
    from yumen.assistants.support.values import Hit
    from yumen.clock import Clock

log = logging.getLogger("yumen.support")

MOST_PASSAGES = 6
LOOK_EACH_NS = 10_000_000_000
"""A changed document is read again at the first question that comes 10 s after the last look, or later."""


class Knowledge:
    """A folder of documents, and its index."""

    def __init__(self, folder: Path, index: Index, clock: Clock) -> None:
        """Look at the folder by that clock."""
        self._folder = folder
        self._index = index
        self._clock = clock
        self._looked_ns: int | None = None
        self._lock = Lock()

    def refresh(self) -> Refreshed:
        """Look at the folder now; what cannot be read is logged. Raises OperatorError where there is no such folder."""
        self._looked_ns = self._clock.elapsed_ns()
        refreshed = self._index.refresh(self._folder)
        for error in refreshed.unreadable:
            log.warning("left out: %s", error)
        return refreshed

    def find(self, question: str) -> tuple[Hit, ...]:
        """Return the passages that may answer a question, the best first."""
        if self._lock.acquire(blocking=False):
            try:
                self._look()
            finally:
                self._lock.release()
        return tuple(hit for hit in self._index.search(question, MOST_PASSAGES) if hit.covered >= COVERED)

    def _look(self) -> None:
        """Look at the folder when it is time; one that is away for the moment is answered from as it was."""
        if self._looked_ns is not None and self._clock.elapsed_ns() - self._looked_ns < LOOK_EACH_NS:
            return
        try:
            self.refresh()
        except OperatorError as error:
            log.warning("the documents were not looked at: %s", error)

    @property
    def size(self) -> tuple[int, int]:
        """How many files and passages there are."""
        return self._index.size

    def close(self) -> None:
        """Close the index."""
        self._index.close()
