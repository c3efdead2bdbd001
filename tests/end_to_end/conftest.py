"""What the proofs share: a gateway before the canned upstream, both processes of their own."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from bench.soak.site import before, canned_upstream
from tests.gateway import Gateway


@pytest.fixture
def upstream(tmp_path: Path) -> Iterator[str]:
    """Run the canned upstream and return its URL."""
    with canned_upstream(tmp_path) as url:
        yield url


@pytest.fixture
def gateway(tmp_path: Path, upstream: str) -> Iterator[Gateway]:
    """Start a gateway before it."""
    with before(upstream, tmp_path / "gateway") as gateway:
        yield gateway
