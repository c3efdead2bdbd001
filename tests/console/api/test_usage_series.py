"""Usage over time: pieces and totals say what the ledger says, of one's own organization, and of costs only to who may see them."""

from __future__ import annotations

from typing import Any

import msgspec

from tests.console.api.test_table import check_error
from tests.console.api.world import World
from tests.ledger.making import make_entry
from yumen.clock import iso
from yumen.exchange.values import Outcome
from yumen.keys.values import Role
from yumen.ledger.query import Batch
from yumen.ledger.store_sql import SqlLedger

PATH = "/v1/organizations/usage_series"
HOUR_US = 3_600_000_000


async def fill(world: World, *entries: dict[str, Any]) -> None:
    """Put entries into the ledger; those that say nothing else are organization A's, of an hour ago, and cost half a dollar."""
    usual = {"organization_id": world.a, "time_us": world.clock.now_us() - HOUR_US, "cost_nanousd": 500_000_000, "counted": 1}
    made = [msgspec.structs.replace(make_entry(number), **(usual | fields)) for number, fields in enumerate(entries)]
    await SqlLedger(world.database).add(Batch(made, "segment", 1))


async def ask(world: World, role: Role, **asked: object) -> dict[str, Any]:
    """Ask for the last day."""
    starting_at = iso(world.clock.now_us() - 24 * HOUR_US)
    answer = await world.ask("GET", PATH, await world.key(world.a, role), params={"starting_at": starting_at, **asked})
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def test_pieces_and_totals_say_the_same(world: World) -> None:
    """Sums, errors, refusals, cache hits and times stand in each piece, and once more in all; another organization's do not."""
    await fill(
        world,
        {"cache_read_tokens": 30, "duration_us": 400_000, "ttft_us": 100_000, "attempts": 1},
        {"outcome": Outcome.ERROR, "status": 529, "cost_nanousd": None},
        {"outcome": Outcome.REFUSED, "status": 429, "attempts": 0, "counted": 0, "input_tokens": 0, "output_tokens": 0, "cost_nanousd": 0},
        {"time_us": world.clock.now_us() - 3 * HOUR_US},
        {"organization_id": world.b},
    )
    found = await ask(world, Role.OWNER)
    assert [piece["requests"] for piece in found["data"]] == [1, 3]
    [total] = found["totals"]
    assert (total["requests"], total["errors"], total["refused"], total["counted_requests"]) == (4, 1, 1, 3)
    assert (total["cost_usd"], total["unpriced_requests"]) == ("1.00", 1)
    assert total["cache_hit_rate"] == 0.5
    assert total["latency_ms"]["p50"] is not None


async def test_groups_are_told_with_the_busiest_first(world: World) -> None:
    """Each group has its own total, with whose it is."""
    await fill(world, {"key_id": "apikey_1"}, {"key_id": "apikey_2"}, {"key_id": "apikey_2"})
    found = await ask(world, Role.OWNER, **{"group_by[]": ["api_key_id", "model"]})
    assert [(one["api_key_id"], one["model"], one["requests"]) for one in found["totals"]] == [
        ("apikey_2", "claude-opus-5-5", 2),
        ("apikey_1", "claude-opus-5-5", 1),
    ]
    assert [one["requests"] for one in (await ask(world, Role.OWNER, **{"api_key_ids[]": ["apikey_1"]}))["totals"]] == [1]


async def test_nothing_is_a_total_of_nothing(world: World) -> None:
    """Without requests there are no pieces, and one total of zeros."""
    found = await ask(world, Role.OWNER)
    assert found["data"] == []
    assert [total["requests"] for total in found["totals"]] == [0]


async def test_costs_are_not_for_everybody(world: World) -> None:
    """A developer sees usage, and null for money."""
    await fill(world, {})
    assert (await ask(world, Role.DEVELOPER))["totals"][0]["cost_usd"] is None
    assert (await ask(world, Role.BILLING))["totals"][0]["cost_usd"] == "0.50"


async def test_a_series_has_an_end_after_its_beginning_and_not_too_many_pieces(world: World) -> None:
    """What cannot be drawn is refused with the reason."""
    key = await world.key(world.a, Role.OWNER)
    times = {"starting_at": "2027-01-02T00:00:00Z", "ending_at": "2027-01-01T00:00:00Z"}
    check_error(await world.ask("GET", PATH, key, params=times), 400, "invalid_request_error")
    many = {"starting_at": "2026-01-01T00:00:00Z", "ending_at": "2027-01-01T00:00:00Z", "bucket_width": "1m"}
    check_error(await world.ask("GET", PATH, key, params=many), 400, "invalid_request_error")
