"""What the gateway depends on is looked at, shown, and told of when it changes."""

from __future__ import annotations

import asyncio
import logging

import pytest

from tests.ledger.making import JumpingClock
from yumen.observe import Exposition, Health, Metrics, metric_table


async def test_a_change_is_told_once_and_shown_always(caplog: pytest.LogCaptureFixture) -> None:
    """Going and coming back are one line of the log each; between them the state, its reason and its time are shown."""
    clock, answers = JumpingClock(), iter([None, "refused", "refused, again", None])
    health = Health(clock)

    async def probe() -> str | None:
        return next(answers)

    health.add("database", "postgresql, fail_closed", probe)
    shown = []
    with caplog.at_level(logging.WARNING, "yumen.health"):
        for _ in range(4):
            clock.us += 1_000_000
            await health.look()
            shown.append((*health.lines(), health.readings()["database",]))
    assert shown == [
        ("database (postgresql, fail_closed): up since 2025-11-24T16:00:00.000000Z", 1.0),
        ("database (postgresql, fail_closed): down since 2025-11-24T16:00:02.000000Z: refused", 0.0),
        ("database (postgresql, fail_closed): down since 2025-11-24T16:00:02.000000Z: refused, again", 0.0),
        ("database (postgresql, fail_closed): up since 2025-11-24T16:00:04.000000Z", 1.0),
    ]
    assert [record.getMessage() for record in caplog.records] == [
        "database does not answer (refused); meanwhile: postgresql, fail_closed",
        "database answers again, after 2.0 s",
    ]


async def test_one_that_is_slow_holds_up_no_other() -> None:
    """All are looked at at once, and again after a while."""
    health, looks, forever = Health(JumpingClock(), every_s=0), 0, asyncio.Event()

    async def quick() -> str | None:
        nonlocal looks
        looks += 1
        return None

    async def slow() -> str | None:
        await forever.wait()
        return None

    health.add("slow", "fail_open", slow)
    health.add("quick", "fail_open", quick)
    task = asyncio.create_task(health.run())
    while not looks:  # noqa: ASYNC110  (a condition, looked at every turn)
        await asyncio.sleep(0)
    forever.set()
    while looks < 3:  # noqa: ASYNC110  (as above)
        await asyncio.sleep(0)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


async def test_metrics_show_each() -> None:
    """A gauge by name is 1 or 0."""
    health = Health(JumpingClock())

    async def out() -> str | None:
        return "out"

    health.add("redis", "fail_open", out)
    await health.look()
    text = Exposition(Metrics(), {metric_table.DEPENDENCY_UP: health.readings}).text().decode()
    assert 'yumen_dependency_up{dependency="redis"} 0.0' in text
