"""SIGTERM and SIGINT: the first asks for the end, every further one for a quick end."""

from __future__ import annotations

import asyncio
import signal
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

ENDING = (signal.SIGTERM, signal.SIGINT)


def heed_signals(end: Callable[[], object], hurry: Callable[[], object]) -> None:
    """Call `end` at the first signal, `hurry` at every further one."""
    asked = False

    def heed() -> None:
        nonlocal asked
        (hurry if asked else end)()
        asked = True

    loop = asyncio.get_running_loop()
    for number in ENDING:
        loop.add_signal_handler(number, heed)
