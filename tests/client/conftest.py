"""What the tests of the library stand on: no variable and no settings of this machine, and a stand-in for Claude that looks at keys."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.client.stand_in import StandIn
from tests.client.talking import Heard, talking
from yumen import Claude

MEANT = ("ANTHROPIC_", "CLAUDE_", "YUMEN_", "VAULT_", "AWS_")


@pytest.fixture(autouse=True)
def alone(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Let nothing of this machine speak to a client: neither its variables nor its settings."""
    for name in os.environ:
        if name.startswith(MEANT):
            monkeypatch.delenv(name)
    monkeypatch.setenv("YUMEN_DATA", str(tmp_path / "data"))


@pytest.fixture
def stand_in() -> Iterator[StandIn]:
    """Listen on loopback as Claude does."""
    stand_in = StandIn()
    yield stand_in
    stand_in.close()


@pytest.fixture
def heard() -> Heard:
    """What `claude` sends."""
    return Heard()


@pytest.fixture
def claude(tmp_path: Path, heard: Heard) -> Iterator[Claude]:
    """A Claude on the in-process sandbox, with its conversations in the test's folder."""
    with talking(tmp_path, heard) as claude:
        yield claude
