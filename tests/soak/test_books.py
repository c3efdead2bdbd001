"""The storm over limited keys at a fiftieth: ledger, counters and usage report agree to the nano-dollar, on every kind of store."""

from __future__ import annotations

from pathlib import Path

import pytest

from bench.soak.books import limited_storm
from bench.soak.site import limited_site

ANSWERS = 2_000


@pytest.mark.slow
@pytest.mark.parametrize("many_machines", [False, True], ids=["sqlite and memory", "postgresql and valkey"])
async def test_three_books_agree(tmp_path: Path, *, many_machines: bool) -> None:
    """After two thousand answers among faults, leaving callers and a `kill -9`, nothing is lost, doubled, held or off by a nano-dollar."""
    with limited_site(tmp_path, many_machines=many_machines) as gateway:
        told, books = await limited_storm(gateway, ANSWERS)
    assert told.complete >= ANSWERS
    assert books.agree, books
