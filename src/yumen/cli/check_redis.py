"""Looks whether Redis can count, and how long it takes, where limits are counted there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from yumen.checks.finding import Finding, Level
from yumen.cli.opened import opened_limit_store
from yumen.errors import LimitsUnavailable

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from yumen.clock import Clock
    from yumen.settings import Settings

PLACE = "redis"


async def check_redis(settings: Settings, clock: Clock) -> AsyncIterator[Finding]:
    """Yield what is found of it; nothing where the settings name none. Raises OperatorError where they name it wrongly."""
    async with opened_limit_store(settings) as store:
        if store is None:
            return
        try:
            await store.ping()  # the first one also connects
            began_ns = clock.elapsed_ns()
            await store.ping()
        except LimitsUnavailable as fault:
            reason = str(fault.__cause__ or "") or "no answer in time"
            yield Finding(
                Level.FAIL, PLACE, "limits cannot be counted there ({reason}): look at redis.url and redis.password", {"reason": reason}
            )
            return
        took_ms = (clock.elapsed_ns() - began_ns) / 1_000_000
        yield Finding(Level.OK, PLACE, "limits are counted there; it takes a write in {ms} ms", {"ms": f"{took_ms:.1f}"})
