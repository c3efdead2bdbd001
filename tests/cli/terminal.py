"""A terminal: a real pty with a process at its other end. What is waited for is read, never slept for."""

from __future__ import annotations

import os
import pty
import re
import select
import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from tests.gateway import PATIENCE_S

ESCAPES = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]|\x1b[=>78]|\r")


class Terminal:
    """What is typed goes in, what is written is read."""

    def __init__(self, end: int, process: subprocess.Popen[bytes]) -> None:
        """Hold our end and the process."""
        self._end = end
        self.process = process
        self._seen = ""

    def type(self, keys: str) -> None:
        """Type keys."""
        os.write(self._end, keys.encode())

    def until(self, pattern: str) -> str:
        """Read until what is written holds a pattern; return what stands up to its end, without what commands the terminal."""
        deadline = time.monotonic() + PATIENCE_S
        while not (found := re.search(pattern, self._seen)):
            assert time.monotonic() < deadline, f"waited for {pattern!r}: {self._seen!r}"
            self._seen += ESCAPES.sub("", self._piece())
        before, self._seen = self._seen[: found.end()], self._seen[found.end() :]
        return before

    def _piece(self) -> str:
        ready, _, _ = select.select([self._end], [], [], PATIENCE_S)
        assert ready, f"nothing came after {self._seen!r}"
        try:
            data = os.read(self._end, 65536)
        except OSError:  # the process is gone
            data = b""
        assert data, f"the end came after {self._seen!r}"
        return data.decode(errors="replace")


@contextmanager
def terminal(command: list[str], folder: Path, environment: Mapping[str, str]) -> Iterator[Terminal]:
    """Run a command at a terminal of 100 columns."""
    ours, theirs = pty.openpty()
    more = {"TERM": "xterm", "COLUMNS": "100", "LINES": "30", "PROMPT_TOOLKIT_NO_CPR": "1"}
    # Whoever leads a session and opens a terminal has it as his own: only so Ctrl-C is a signal.
    opening = ["/bin/sh", "-c", 'exec "$@" <"$0" >"$0" 2>&1', os.ttyname(theirs), *command]
    process = subprocess.Popen(opening, stdin=subprocess.DEVNULL, cwd=folder, env={**environment, **more}, start_new_session=True)
    try:
        yield Terminal(ours, process)
    finally:
        process.kill()
        process.wait()
        os.close(ours)
        os.close(theirs)
