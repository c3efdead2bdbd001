"""A sandbox that listens in this process, and an SDK client that asks it."""

from __future__ import annotations

from collections.abc import Iterator

import anthropic
import pytest

from tests.sandboxes import listening_sandbox


@pytest.fixture(scope="session")
def sandbox_url() -> Iterator[str]:
    """Where it listens."""
    with listening_sandbox() as url:
        yield url


@pytest.fixture
def claude(sandbox_url: str) -> Iterator[anthropic.Anthropic]:
    """A client of the SDK alone: what is asked here needs no more."""
    with anthropic.Anthropic(base_url=sandbox_url, api_key="sandbox", max_retries=0) as made:
        yield made
