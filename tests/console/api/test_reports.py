"""The usage and the cost report say what the ledger says, by time, member, label and whatever else, page by page."""

from __future__ import annotations

import msgspec
import pytest

from tests.console.api.test_table import check_error
from tests.console.api.world import World
from tests.ledger.making import make_entry
from yumen.clock import iso
from yumen.keys.values import Role
from yumen.ledger import Entry
from yumen.ledger.query import Batch
from yumen.ledger.store_sql import SqlLedger

USAGE = "/v1/organizations/usage_report/messages"
COST = "/v1/organizations/cost_report"
DAY_US = 86_400_000_000
START_US = 20_832 * DAY_US
"""A midnight of the year 2027, UTC."""


def entry(world: World, number: int, **fields: object) -> Entry:
    """Return an entry of organization A, five minutes after the one before."""
    usual = {
        "request_id": f"req_{number}",
        "time_us": START_US + number * 300_000_000,
        "organization_id": world.a,
        "user_id": ("user_1", "user_2")[number % 2],
        "label": ("red", None)[number % 2],
        "model": "claude-haiku-4-5",
        "model_answered": "claude-haiku-4-5",
        "input_tokens": 10,
        "output_tokens": 1,
        "cost_nanousd": 1_234_567,
    }
    return msgspec.structs.replace(make_entry(number), **(usual | fields))


@pytest.fixture
async def key(world: World) -> str:
    """Fill the ledger with an hour's calls, and one of another organization; return an owner's key."""
    entries = [entry(world, number) for number in range(12)] + [entry(world, 12, organization_id=world.b, label="red")]
    await SqlLedger(world.database).add(Batch(entries, "segment", 1))
    return await world.key(world.a, Role.OWNER)


async def test_usage_by_member_and_label(world: World, key: str) -> None:
    """Each group has its sums; nothing of another organization is in them."""
    asked = {"starting_at": iso(START_US), "ending_at": iso(START_US + DAY_US), "group_by[]": ["user_id", "label"]}
    [bucket] = (await world.ask("GET", USAGE, key, params=asked)).json()["data"]
    found = [(one["user_id"], one["account_id"], one["label"], one["requests"], one["uncached_input_tokens"]) for one in bucket["results"]]
    assert found == [("user_1", "user_1", "red", 6, 60), ("user_2", "user_2", None, 6, 60)]
    assert bucket["results"][0]["model"] is None


@pytest.mark.parametrize(("width", "buckets", "first"), [("1m", 60, 1), ("1h", 1, 12), ("1d", 1, 12)])
async def test_every_width_has_its_pieces(world: World, key: str, width: str, buckets: int, first: int) -> None:
    """An hour is 60 minutes, one hour, or within one day; pieces without calls are there and empty."""
    asked = {"starting_at": iso(START_US), "ending_at": iso(START_US + 3_600_000_000), "bucket_width": width}
    data = (await world.ask("GET", USAGE, key, params=asked)).json()["data"]
    assert len(data) == buckets
    assert data[0]["results"][0]["requests"] == first
    assert sum(one["requests"] for bucket in data for one in bucket["results"]) == 12
    assert data[0]["starting_at"] == iso(START_US)


async def test_pages_follow_each_other_without_gap_or_overlap(world: World, key: str) -> None:
    """The cursor leads through all pieces."""
    asked = {"starting_at": iso(START_US), "ending_at": iso(START_US + 3_600_000_000), "bucket_width": "1m"}
    whole = (await world.ask("GET", USAGE, key, params=asked)).json()["data"]
    seen, page = [], None
    while True:
        more = {} if page is None else {"page": page}
        answer = (await world.ask("GET", USAGE, key, params=asked | {"limit": 7} | more)).json()
        seen += answer["data"]
        page = answer["next_page"]
        assert answer["has_more"] is (page is not None)
        if page is None:
            break
    assert seen == whole


async def test_only_what_is_asked_for_is_counted(world: World, key: str) -> None:
    """By label, member, model, key and workspace."""
    asked = {"starting_at": iso(START_US), "ending_at": iso(START_US + DAY_US)}
    for only, count in (({"labels[]": ["red"]}, 6), ({"models[]": ["claude-opus-4-8"]}, 0), ({"labels[]": ["red", "blue"], "limit": 1}, 6)):
        [bucket] = (await world.ask("GET", USAGE, key, params=asked | only)).json()["data"]
        assert sum(one["requests"] for one in bucket["results"]) == count


async def test_cost_is_exact_in_cents(world: World, key: str) -> None:
    """To the nano-dollar, with the model as its description."""
    asked = {"starting_at": iso(START_US), "ending_at": iso(START_US + DAY_US), "group_by[]": ["description"]}
    [bucket] = (await world.ask("GET", COST, key, params=asked)).json()["data"]
    [row] = bucket["results"]
    assert (row["amount"], row["currency"], row["model"]) == ("1.4814804", "USD", "claude-haiku-4-5")
    assert row["description"] == "Usage of claude-haiku-4-5"


@pytest.mark.parametrize(
    "wrong",
    [
        {"starting_at": "1960-01-01T00:00:00Z"},
        {"starting_at": "9999-12-31T23:59:59Z", "ending_at": "9999-12-31T23:59:59.999999Z"},
        {"starting_at": iso(START_US), "ending_at": iso(START_US)},
        {"starting_at": iso(START_US), "limit": "32"},
        {"starting_at": iso(START_US), "page": "page_WzFd"},
        {"starting_at": iso(START_US), "group_by[]": "colour"},
        {"starting_at": iso(START_US), "bucket_width": "1w"},
        {},
    ],
)
async def test_what_makes_no_report_is_a_400(world: World, key: str, wrong: dict[str, str]) -> None:
    """Times out of order or range, too many pieces, a page of another list."""
    check_error(await world.ask("GET", USAGE, key, params=wrong), 400, "invalid_request_error")


async def test_what_a_member_has_spent_stands_beside_its_limit(world: World) -> None:
    """The effective spend limit shows the spend of the running month."""
    user_id = await world.member(world.a)
    now = world.clock.now_us()
    await SqlLedger(world.database).add(Batch([entry(world, 1, user_id=user_id, time_us=now)], "segment", 1))
    key = await world.key(world.a, Role.OWNER)
    body = {"amount": "100", "scope": {"type": "user", "user_id": user_id}}
    assert (await world.ask("POST", "/v1/organizations/spend_limits", key, json=body)).status_code == 200
    [row] = (await world.ask("GET", "/v1/organizations/spend_limits/effective", key)).json()["data"]
    assert row["period_to_date_spend"] == "0.1234567"
