"""How limits stand where no counter knows it yet, as after a start: a day or month is what the ledger has of it."""

from __future__ import annotations

import pytest

from tests.console.api.test_usage_series import HOUR_US, fill
from tests.console.api.world import World
from yumen.keys.values import Role
from yumen.limits.values import Kind, Scope, ScopeKind


@pytest.mark.parametrize(
    ("kind", "value", "used"),
    [(Kind.REQUESTS_PER_MONTH, 9, 3), (Kind.SPEND_PER_MONTH, 9_000_000_000, "1.50"), (Kind.REQUESTS_PER_MINUTE, 9, None)],
)
async def test_what_is_not_counted_yet_is_read_from_the_ledger(world: World, kind: Kind, value: int, used: object) -> None:
    """Of the period and of what the limit is set on alone; of a minute the ledger's word would be none."""
    mine = (await world.workspace(world.a)).id
    now_us = world.clock.now_us()
    await fill(
        world,
        *({"workspace_id": mine, "time_us": now_us - number} for number in range(3)),
        {"workspace_id": mine, "time_us": now_us - 40 * 24 * HOUR_US},
        {"time_us": now_us},
    )
    await world.limit(Scope(ScopeKind.WORKSPACE, mine), world.a, kind, value)
    answer = await world.ask("GET", "/v1/organizations/limits", await world.key(world.a, Role.OWNER), params={"scope_id": mine})
    (line,) = answer.json()["data"]
    assert (line["use"] or {"used": None})["used"] == used
