"""What a keeper of a secret stands in."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from yumen.clock import Clock


class Surroundings:
    """What a keeper stands in: the clock, how time passes, whom to tell a value that must be hidden, and chance."""

    def __init__(
        self,
        clock: Clock,
        register: Callable[[str], object],
        draw: Callable[[], float],
        pause: Callable[[Awaitable[object], float], Awaitable[object]] = asyncio.wait_for,
    ) -> None:
        """`pause` waits for something, at most so many seconds, and raises TimeoutError then."""
        self.clock = clock
        self.register = register
        self.draw = draw
        self.pause = pause
