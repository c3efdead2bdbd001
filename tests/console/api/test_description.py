"""The OpenAPI description holds: whatever is sent, the statuses and shapes are those that it promises, and nothing is a 500."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.gateway import ROOT, clean_environment
from yumen.console.api import OPERATIONS, describe

PLUGIN = "schemathesis.pytest.plugin"
"""It looks into every test of a run and holds on to much of it, so that it has a run of its own."""
PATIENCE_S = 280.0


@pytest.mark.slow
def test_whatever_is_sent_the_description_holds(tmp_path: Path) -> None:
    """Valid and invalid calls of every operation get the statuses and shapes that the description promises."""
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", PLUGIN, f"--basetemp={tmp_path / 'run'}"]
    told = subprocess.run(
        [*command, "tests/console/api/described.py"],
        check=False,
        capture_output=True,
        text=True,
        cwd=ROOT,
        env=clean_environment(),
        timeout=PATIENCE_S,
    )
    assert told.returncode == 0, told.stdout[-5000:] + told.stderr[-2000:]
    passed = re.search(r"(\d+) passed", told.stdout)
    assert passed is not None
    assert int(passed[1]) == len(OPERATIONS)


def test_the_description_names_every_operation_and_no_secret() -> None:
    """Each row of the table stands in it with its roles, and neither a key nor an address does."""
    document = describe(OPERATIONS, "1.2.3")
    found = {described["operationId"] for path in document["paths"].values() for described in path.values()}
    assert found == {operation.name for operation in OPERATIONS}
    assert "yk-admin-0" not in str(document)
