"""The storm over limited keys at a fiftieth: ledger, counters and usage report agree to the nano-dollar, on every kind of store."""

from __future__ import annotations

from pathlib import Path

import pytest

from bench.soak.books import limited_storm
from bench.soak.site import before, canned_upstream
from tests.valkey import redis_url

ANSWERS = 2_000
SHORT_LEASES = "[limits]\nlease_s = 3\n"
"""What a death leaves open is released soon, so that the test need not wait for it."""


@pytest.mark.slow
@pytest.mark.parametrize("stores", ["sqlite and memory", "postgresql and redis"])
async def test_three_books_agree(stores: str, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    """After two thousand answers among faults, leaving callers and a `kill -9`, nothing is lost, doubled, held or off by a nano-dollar."""
    config = SHORT_LEASES
    with canned_upstream(tmp_path) as upstream, redis_url(tmp_path / "valkey") as redis:
        if stores == "postgresql and redis":
            database = request.getfixturevalue("postgres_url")
            config += f'[database]\nurl = "{database}"\n[redis]\nurl = "{redis}"\n'
        with before(upstream, tmp_path / "gateway", config=config) as gateway:
            told, books = await limited_storm(gateway, ANSWERS)
    assert told.complete >= ANSWERS
    assert books.agree, books
