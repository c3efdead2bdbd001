"""The log: lines are handed to a bounded queue and written by a thread, so that neither a slow disk nor a slow terminal slows a request."""

from __future__ import annotations

import logging
import threading
from collections import deque
from typing import TYPE_CHECKING

from yumen.observe.lines import CallLine, Form, Message, Written, as_json, as_text

if TYPE_CHECKING:
    from typing import TextIO

    from yumen.observe.log_file import RotatingFile
    from yumen.observe.redact import Redactor

MAX_QUEUED = 10_000
"""Lines that wait for the thread; what comes beyond them is dropped and counted."""
AT_ONCE = 200
"""Lines formatted in one go: the thread holds the interpreter for well under a millisecond."""
LINGER_S = 0.05
"""How long the thread lets lines gather before it writes."""
STOP_S = 5.0
TALKATIVE = ("alembic", "boto3", "botocore")
"""Libraries that tell how they work, at a level at which an operator wants to hear what happened; AWS's tells answers, secrets too."""


class Log:
    """Writes every line to the file and the console, without secrets. `dropped` says how many lines it could not write."""

    def __init__(self, redactor: Redactor, *, file: RotatingFile | None, console: TextIO | None, form: Form = Form.TEXT) -> None:
        """Take where to write; `start` begins."""
        self.dropped = 0
        self._redactor = redactor
        self._file = file
        self._console = console
        self._format = as_json if form is Form.JSON else as_text
        self._queue: deque[CallLine | Message | Written] = deque()
        self._wake = threading.Event()
        self._stopping = threading.Event()
        self._thread: threading.Thread | None = None

    def put(self, line: CallLine | Message | Written) -> None:
        """Hand in a line: some tenths of a microsecond, never blocks."""
        queue = self._queue
        if len(queue) >= MAX_QUEUED:
            self.dropped += 1
            return
        queue.append(line)
        if len(queue) == 1:
            self._wake.set()

    @property
    def waiting(self) -> int:
        """How many lines wait for the thread."""
        return len(self._queue)

    def start(self) -> None:
        """Start the thread."""
        self._thread = threading.Thread(target=self._run, name="yumen-log", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Write what is left, for some seconds at most, and stop."""
        self._stopping.set()
        self._wake.set()
        if self._thread is not None:
            self._thread.join(STOP_S)
        if self._file is not None:
            self._file.close()

    def _run(self) -> None:
        while True:
            self._wake.wait()
            self._stopping.wait(LINGER_S)
            self._wake.clear()
            while self._queue:
                self._write([self._queue.popleft() for _ in range(min(AT_ONCE, len(self._queue)))])
            if self._stopping.is_set():
                return

    def _write(self, lines: list[CallLine | Message | Written]) -> None:
        text = self._redactor.clean("".join(line.text if isinstance(line, Written) else self._format(line) + "\n" for line in lines))
        try:
            if self._file is not None:
                self._file.write(text.encode("utf-8", "backslashreplace"), lines[-1].time_us)
            if self._console is not None:
                self._console.write(text)
                self._console.flush()
        except (OSError, ValueError):  # a full disk; a terminal that is gone
            self.dropped += len(lines)


class Handoff(logging.Handler):
    """Hands the records of Python's own logging to our log."""

    def __init__(self, log: Log) -> None:
        """Take the log."""
        super().__init__()
        self._log = log
        self.setFormatter(logging.Formatter("%(message)s"))

    def emit(self, record: logging.LogRecord) -> None:
        """Format the record (with its traceback) and hand it in."""
        self._log.put(Message(int(record.created * 1_000_000), record.levelname, record.name, self.format(record)))


def take_over(log: Log, level: str) -> None:
    """Send everything that the process logs through Python's logging to this log alone. For the composition root, once."""
    logging.basicConfig(handlers=[Handoff(log)], level=level, force=True)
    for name in TALKATIVE:
        logging.getLogger(name).setLevel(logging.WARNING)
