"""The soak at a fiftieth: the books are right after the storms, and memory stands after the warm-up."""

from __future__ import annotations

from pathlib import Path

from bench.soak.long_run import long_run
from bench.soak.site import site
from bench.soak.storms import kill_storms
from tests.gateway import PATIENCE_S

MB = 1024 * 1024


async def test_a_long_run(tmp_path: Path) -> None:
    """Twenty thousand requests beside every kind of caller leave each exchange in the ledger once and memory where it was."""
    with site(tmp_path) as gateway:
        growth = await long_run(gateway, 20_000, PATIENCE_S * 3, lambda _: None)
    assert growth.requests >= 20_000
    assert growth.others > 0
    assert growth.lost == 0
    # The interpreter's heap still settles here; a leak of a kilobyte a request shows all the same.
    assert growth.bytes_after_warm_up < 16 * MB


async def test_kill_storms(tmp_path: Path) -> None:
    """Three storms of every kind of caller, each ended by `kill -9`, leave every exchange in the ledger exactly once."""
    with site(tmp_path) as gateway:
        told = await kill_storms(gateway, 3, 300)
    assert told.right, str(told)
    assert told.complete >= 900
