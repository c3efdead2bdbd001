"""`kill -9` of the whole gateway under load: what a caller got to its end is in the ledger exactly once after the restart."""

from __future__ import annotations

import pytest

from bench.soak import EVERY, GOOD, Behaviour, Caller, body_for, headers_for
from bench.soak.site import port_of
from bench.soak.storms import kill_storms
from tests.gateway import Gateway, wait_for


@pytest.mark.parametrize("behaviours", [GOOD * 4, EVERY], ids=["good", "every"])
async def test_kill_minus_nine_under_load(gateway: Gateway, behaviours: tuple[Behaviour, ...]) -> None:
    """Killed twice under load, the ledger holds every exchange once: ended ones as `answered`, open ones as what became of them."""
    told = await kill_storms(gateway, 2, 200, behaviours)
    assert told.right, str(told)
    assert told.complete >= 400


async def test_what_was_open_is_interrupted(gateway: Gateway) -> None:
    """Streams that were open at the death are entries with the outcome `interrupted`, priced by estimate."""
    body = body_for(Behaviour.STREAM).replace("[bench events=30]", "[bench hold]")
    key = gateway.new_key("open")
    callers = [Caller(port_of(gateway), headers_for(key)) for _ in range(5)]
    answers = [await caller.begin(body) for caller in callers]
    assert [answer.status for answer in answers] == [200] * 5
    gateway.kill()
    for caller in callers:
        await caller.close()
    gateway.start()
    wanted = {answer.request_id for answer in answers}
    wait_for(lambda: wanted <= {entry["request_id"] for entry in gateway.entries()}, "the open exchanges to be in the ledger")
    entries = [entry for entry in gateway.entries() if entry["request_id"] in wanted]
    assert len(entries) == 5
    assert {entry["outcome"] for entry in entries} == {"interrupted"}
    assert all(entry["estimated"] and entry["cost_microusd"] > 0 for entry in entries)
