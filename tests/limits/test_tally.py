"""What limits report to others: counts, and how they stand after each request, for the alerts."""

from __future__ import annotations

from typing import Any

from tests.limits.desk import Desk, limit
from yumen.limits import Kind

Seen = list[tuple[Any, ...]]


def listening() -> tuple[Seen, Any]:
    """A list, and a listener that writes into it."""
    seen: Seen = []

    def on_standing(*facts: object, refused: bool = False) -> None:
        seen.append((*facts[:6], refused))

    return seen, on_standing


async def test_who_listens_hears_how_each_limit_stands() -> None:
    """After a grant every limit, tokens by their class; after a refusal those in the way."""
    seen, on_standing = listening()
    limits = (limit(Kind.REQUESTS_PER_MINUTE, 1), limit(Kind.INPUT_TOKENS_PER_MINUTE, 5000), limit(Kind.CONCURRENT_REQUESTS, 9))
    desk = Desk(*limits, on_standing=on_standing)
    await desk.ask()
    assert seen == [
        ("org_1", "key", "apikey_alice", "requests_per_minute", 1, 0, False),
        ("org_1", "key", "apikey_alice", "input_tokens_per_minute:opus-5", 5000, 4000, False),
        ("org_1", "key", "apikey_alice", "concurrent_requests", 9, 8, False),
    ]
    seen.clear()
    await desk.refusal()
    assert seen == [("org_1", "key", "apikey_alice", "requests_per_minute", 1, 0, True)]
    assert desk.tally.refused == 1


async def test_what_a_limit_could_never_hold_does_not_use_it_up() -> None:
    """A request beyond the whole limit is refused, and is no crossing of it."""
    seen, on_standing = listening()
    desk = Desk(limit(Kind.INPUT_TOKENS_PER_MINUTE, 999), on_standing=on_standing)
    await desk.refusal()
    assert seen == []
