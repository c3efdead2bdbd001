"""The engine as its users hold it: a process that is asked, killed where it outstays its time, and started again when it is next needed."""

from __future__ import annotations

import os
import selectors
import subprocess
import sys
from typing import IO, TYPE_CHECKING, Self, cast

import msgspec

from yumen.assistants.analysis.extra import extra
from yumen.assistants.analysis.values import Bounds, Refused, Result, Table
from yumen.assistants.analysis.worker import Answer, Opening
from yumen.errors import OperatorError

if TYPE_CHECKING:
    from collections.abc import Sequence

GRACE_S = 2.0
"""How long past its time a query may take to notice that it was interrupted."""
LOADING_S = 600.0
_KEPT = ("PATH", "PYTHONPATH", "HOME", "TMPDIR", "LANG", "LC_ALL", "LD_LIBRARY_PATH", "SYSTEMROOT", "VIRTUAL_ENV")
"""All that the worker sees of the environment: no key is among them."""


class ProcessEngine:
    """Answers queries in a process of its own; a context manager."""

    def __init__(self, paths: Sequence[str], bounds: Bounds | None = None) -> None:
        """Load the files there. Raises OperatorError for a file that cannot be read, or where DuckDB is missing."""
        extra("duckdb")
        self._opening = Opening([os.fspath(path) for path in paths], bounds or Bounds())
        self._process: subprocess.Popen[bytes] | None = None
        self.tables: tuple[Table, ...] = ()
        try:
            self._start()
        except BaseException:
            self.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _start(self) -> subprocess.Popen[bytes]:
        environment = {name: os.environ[name] for name in _KEPT if name in os.environ}
        self._process = subprocess.Popen(
            [sys.executable, "-P", "-m", "yumen.assistants.analysis.worker"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=environment | {"PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
        )
        answer = self._asked(self._process, self._opening, LOADING_S)
        if answer is None:
            raise OperatorError("the data could not be loaded: it needs more memory or time than it has (--memory MB)")
        if answer.sentence is not None:
            raise OperatorError(answer.sentence, **answer.values)
        self.tables = answer.tables
        return self._process

    def query(self, sql: str) -> Result:
        """Return what a single SELECT gives, within the bounds; raise Refused for anything else."""
        process = self._process or self._start()
        answer = self._asked(process, sql, self._opening.bounds.seconds + GRACE_S)
        if answer is None:
            raise Refused(
                f"The query took more than {self._opening.bounds.seconds:g} seconds, or more memory than it may, and was stopped."
            )
        if answer.result is None:
            raise Refused(answer.refused or "")
        return answer.result

    def _asked(self, process: subprocess.Popen[bytes], question: object, patience_s: float) -> Answer | None:
        """Return the answer; None where none came in time, or the process died: it is gone then.

        Whoever is interrupted here leaves no process behind whose late answer would be taken for the next question's.
        """
        try:
            line = said_to(process, msgspec.json.encode(question) + b"\n", patience_s)
        except BaseException:
            self.close()
            raise
        if not line.endswith(b"\n"):
            self.close()
            return None
        return msgspec.json.decode(line, type=Answer)

    def close(self) -> None:
        """Stop the process; a second time does nothing."""
        process, self._process = self._process, None
        if process is not None:
            process.kill()
            process.communicate()


def said_to(process: subprocess.Popen[bytes], question: bytes, patience_s: float) -> bytes:
    """Return the line that a process answers; an empty or a half one where none comes in time."""
    asked, answered = cast("IO[bytes]", process.stdin), cast("IO[bytes]", process.stdout)
    try:
        asked.write(question)
        asked.flush()
    except OSError:
        return b""
    # An answer is one line, and nothing is read ahead, so that waiting for the first byte is waiting for the answer.
    with selectors.DefaultSelector() as waiting:
        waiting.register(answered, selectors.EVENT_READ)
        return answered.readline() if waiting.select(patience_s) else b""
