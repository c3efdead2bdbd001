"""What every part of a gateway stands on: settings, clock, data folder, log and metrics, and what ends with the gateway."""

from __future__ import annotations

import asyncio
import logging
import sys
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

from yumen.app.place import ALONE
from yumen.clock import Clock
from yumen.observe import Form, Health, Log, Metrics, Redactor, RotatingFile, take_over
from yumen.storage import DataFolder

if TYPE_CHECKING:
    from collections.abc import Coroutine, Mapping
    from contextlib import AsyncExitStack
    from typing import Any

    from yumen.app.place import Place
    from yumen.settings import Settings

log = logging.getLogger("yumen.app")

MB = 1024 * 1024
NOWHERE: Mapping[str, str] = MappingProxyType({})
LOG_FILE = "claude_api.log"


class Ground:
    """One process's ground. What is opened on it is closed by the exit stack, in the opposite order."""

    def __init__(self, settings: Settings, closing: AsyncExitStack, place: Place = ALONE, sources: Mapping[str, str] = NOWHERE) -> None:
        """Take the data folder, so that no second gateway writes there, and open the log. A worker's supervisor has done both."""
        self.settings = settings
        self.sources = sources
        """Where each setting that is no default came from, for the operator's eyes."""
        self.closing = closing
        self.place = place
        self.clock = Clock()
        self.started_us = self.clock.now_us()
        self.data = DataFolder(Path(settings.data).expanduser())
        self.held = closing.enter_context(self.data.lock()) if place.alone else None
        """The lock of the data folder, which a supervisor's workers hold with it."""
        self.redactor = Redactor()
        self.log = open_log(settings, self.data if place.alone else None, self.redactor)
        closing.callback(self.log.stop)
        self.metrics = Metrics()
        self.health = Health(self.clock)
        self.stopping = asyncio.Event()
        """Set when it shall end: by a signal, or because a task of its own failed."""
        self.exit_code = 0

    def own(self, work: Coroutine[Any, Any, None]) -> None:
        """Run a task until the end of the gateway. One that fails before is logged, and ends the gateway: half of it is no gateway."""
        task = asyncio.create_task(work)
        task.add_done_callback(self._look_at)

        async def end() -> None:
            task.cancel()
            await asyncio.wait([task])

        self.closing.push_async_callback(end)

    def _look_at(self, task: asyncio.Task[None]) -> None:
        if not task.cancelled() and task.exception() is not None:
            log.critical("the task %s failed, so the gateway stops", task.get_coro(), exc_info=task.exception())
            self.exit_code = 1
            self.stopping.set()


def open_log(settings: Settings, data: DataFolder | None, redactor: Redactor) -> Log:
    """Open the log, and let everything that is logged in this process go there; without a folder, to the standard error alone."""
    chosen = settings.log
    file = None if data is None else RotatingFile(data.file(LOG_FILE), chosen.file_mb * MB, chosen.retention_days)
    log = Log(redactor, file=file, console=sys.stderr, form=Form(chosen.format))
    log.start()
    take_over(log, chosen.level)
    return log
