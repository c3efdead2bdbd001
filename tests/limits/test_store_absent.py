"""Several workers without Redis: who has a limit is refused with the reason, since nobody could hold it."""

from __future__ import annotations

import pytest

from yumen.errors import LimitsNotShared
from yumen.limits.store import LimitStore
from yumen.limits.store_absent import AbsentLimitStore
from yumen.limits.values import Actual, Ask, Demand, Form, Measure, Settlement

DEMAND = Demand("key:apikey_1:requests_per_minute", Form.WINDOW, Measure.REQUESTS, 10, 1, span_us=60_000_000)


async def test_whoever_asks_is_refused_with_the_reason() -> None:
    """The refusal names both ways out and asks for no second try; what is settled all the same does no harm."""
    store: LimitStore = AbsentLimitStore()
    with pytest.raises(LimitsNotShared, match=r"redis\.url or run one worker") as refused:
        await store.open(Ask("org_1", "req_1", 30_000_000, (DEMAND,)))
    assert (refused.value.status, refused.value.should_retry) == (500, False)
    assert store.close(Settlement("org_1", "req_1", Actual())) is None
    with pytest.raises(LimitsNotShared):
        await store.read("org_1", [DEMAND])
