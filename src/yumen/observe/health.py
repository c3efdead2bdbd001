"""What the gateway depends on: whether it answers, since when, why not, and what happens while it does not."""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING

from yumen.clock import iso

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from yumen.clock import Clock

    Probe = Callable[[], Awaitable[str | None]]
    """Returns None where all is well, else why not; it has a time-out of its own."""

log = logging.getLogger("yumen.health")

EVERY_S = 1.0


class Dependency:
    """One thing that the gateway depends on, and how it does by the last look."""

    __slots__ = ("mode", "name", "probe", "reason", "since_us")

    def __init__(self, name: str, mode: str, probe: Probe, since_us: int) -> None:
        """Name it and what happens without it; it is taken to be well until somebody looks."""
        self.name = name
        self.mode = mode
        self.probe = probe
        self.since_us = since_us
        self.reason: str | None = None

    @property
    def line(self) -> str:
        """How it does, in one line."""
        state = f"up since {iso(self.since_us)}" if self.reason is None else f"down since {iso(self.since_us)}: {self.reason}"
        return f"{self.name} ({self.mode}): {state}"


class Health:
    """All that the gateway depends on. What it shows may be read from another thread."""

    def __init__(self, clock: Clock, every_s: float = EVERY_S) -> None:
        """Depend on nothing yet."""
        self._clock = clock
        self._every_s = every_s
        self._dependencies: tuple[Dependency, ...] = ()

    def add(self, name: str, mode: str, probe: Probe) -> None:
        """Depend on one more."""
        self._dependencies += (Dependency(name, mode, probe, self._clock.now_us()),)

    async def run(self) -> None:
        """Look at everything again and again, until cancelled."""
        while True:
            await self.look()
            await asyncio.sleep(self._every_s)

    async def look(self) -> None:
        """Look at everything once."""
        await asyncio.gather(*map(self._look_at, self._dependencies))

    def all(self) -> tuple[Dependency, ...]:
        """Return them all; for reading."""
        return self._dependencies

    def lines(self) -> list[str]:
        """How each does, in a line each."""
        return [dependency.line for dependency in self._dependencies]

    def readings(self) -> dict[tuple[str, ...], float]:
        """Whether each answers, by its name: 1 or 0."""
        return {(dependency.name,): float(dependency.reason is None) for dependency in self._dependencies}

    async def _look_at(self, dependency: Dependency) -> None:
        reason = await dependency.probe()
        was = dependency.reason
        if (reason is None) != (was is None):
            now_us = self._clock.now_us()
            if reason is None:
                log.warning("%s answers again, after %.1f s", dependency.name, (now_us - dependency.since_us) / 1_000_000)
            else:
                log.error("%s does not answer (%s); meanwhile: %s", dependency.name, reason, dependency.mode)
            dependency.since_us = now_us
        dependency.reason = reason
