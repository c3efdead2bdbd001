"""Models in use that are about to end: told 60, 30 and 7 days before, each time once."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from datetime import date

import pytest

from tests.alerts.doubles import KeepingCourier, MemoryAlertStore, StandingClock
from yumen.alerts import Audience, ModelFact, ModelTask, Teller
from yumen.app.models import facts_of
from yumen.ledger import UsageRow
from yumen.storage import DatabaseUnavailable


class Use:
    """What the ledger says, as often as it is asked."""

    def __init__(self) -> None:
        self.left = 90
        self.broken = False
        self.asked = 0

    async def __call__(self) -> Sequence[ModelFact]:
        """Return one model that is in use."""
        self.asked += 1
        if self.broken:
            raise DatabaseUnavailable
        return [ModelFact("claude-a", "2027-03-01", self.left, 2, "claude-b")]


async def test_each_threshold_is_told_once_over_all_processes(caplog: pytest.LogCaptureFixture) -> None:
    """Day after day, in two processes that share a store: three notices, and each in the log as a warning; none after the end."""
    store, use, courier = MemoryAlertStore(), Use(), KeepingCourier()
    tellers = [Teller(store, Audience(courier)) for _ in range(2)]  # type: ignore[arg-type]
    tasks = [ModelTask(use, teller, StandingClock()) for teller in tellers]
    running = [asyncio.create_task(teller.run()) for teller in tellers]
    with caplog.at_level(logging.WARNING):
        for left in range(70, -3, -1):
            use.left = left
            for task, teller in zip(tasks, tellers, strict=True):
                await task.look()
                await teller.finish(5)
    for each in running:
        each.cancel()
    subjects = [message.subject for message in courier.told]
    assert subjects == [f"Yumen: the model claude-a ends in {days} days" for days in (60, 30, 7)]
    assert [record.levelname for record in caplog.records if "claude-a" in record.message] == ["WARNING"] * 3
    assert "claude-b" in courier.told[0].text


async def test_one_that_is_first_seen_late_is_told_of_what_it_passed_last() -> None:
    """Twenty days before the end: the threshold of thirty, and not that of sixty as well."""
    courier, use = KeepingCourier(), Use()
    teller = Teller(MemoryAlertStore(), Audience(courier))  # type: ignore[arg-type]
    running = asyncio.create_task(teller.run())
    use.left = 20
    await ModelTask(use, teller, StandingClock()).look()
    await teller.finish(5)
    running.cancel()
    assert len(courier.told) == 1


async def test_a_ledger_that_cannot_be_read_is_read_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """The task goes on, and comes back sooner than in a day."""
    slept: list[float] = []

    async def sleep(seconds: float) -> None:
        slept.append(seconds)
        use.broken = False
        if len(slept) == 2:
            raise asyncio.CancelledError

    use = Use()
    use.broken = True
    monkeypatch.setattr("yumen.alerts.models.asyncio.sleep", sleep)
    teller = Teller(MemoryAlertStore(), Audience(KeepingCourier()))  # type: ignore[arg-type]
    with pytest.raises(asyncio.CancelledError):
        await ModelTask(use, teller, StandingClock()).run()
    assert slept == [3600.0, 86400.0]
    assert use.asked == 2


def test_what_the_ledger_says_of_models_that_end() -> None:
    """A model's names are one; what has no day, or is not known, is left out; keys are counted once."""
    rows = [
        UsageRow(model="claude-sonnet-4-5-20250929", key_id="k1"),
        UsageRow(model="claude-sonnet-4-5", key_id="k1"),
        UsageRow(model="claude-sonnet-4-5", key_id="k2"),
        UsageRow(model="claude-haiku-4-5", key_id="k1"),
        UsageRow(model="gpt", key_id="k1"),
        UsageRow(model=None, key_id="k1"),
    ]
    facts = facts_of(rows, date(2026, 11, 27))
    assert facts == [ModelFact("claude-sonnet-4-5-20250929", "2026-11-30", 3, 2, "claude-sonnet-5-5")]
