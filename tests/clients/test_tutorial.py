"""The tutorial's programs, old and new, run through the gateway."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.clients.conftest import CLIENTS
from tests.gateway import ROOT, Gateway, clean_environment

pytestmark = [pytest.mark.clients, pytest.mark.slow]


@pytest.mark.parametrize("client", ["python-early-2023", "python-late-2023", "python-today", "node-2023", "node-today"])
def test_programs_run(gateway: Gateway, key: str, tmp_path: Path, client: str) -> None:
    """Every program of a client ends well against the gateway."""
    if not (CLIENTS / client).is_dir():
        pytest.skip(f"the environment {client} is missing: make setup-test")
    told = tmp_path / "told.txt"
    command = [sys.executable, str(ROOT / "examples" / "tutorial" / "run.py"), "--only", f"{client}/", "--address", gateway.url]
    with told.open("wb") as out:
        ended = subprocess.run(
            command,
            check=False,
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=subprocess.STDOUT,
            env=clean_environment(CLAUDE_API_KEY=key),
            timeout=280,
        )
    assert ended.returncode == 0, told.read_text()
    assert "skipped" not in told.read_text()
