"""The types of everything public are seen by both type checkers, as a user's program sees them."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.gateway import ROOT

PROGRAM = Path(__file__).with_name("typed_program.py")
PYRIGHT = ROOT / ".clients" / "node-pyright" / "node_modules" / "pyright" / "index.js"


@pytest.mark.slow
def test_mypy_sees_the_types_of_everything_public() -> None:
    """At its strictest, without a word; the cache is the one that `make lint` fills."""
    command = [sys.executable, "-m", "mypy", "--strict", "--python-executable", sys.executable, str(PROGRAM)]
    ran = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert (ran.returncode, ran.stdout) == (0, "Success: no issues found in 1 source file\n")


@pytest.mark.slow
@pytest.mark.clients
def test_pyright_sees_them_too() -> None:
    """At its strictest, which the program asks for itself; one file was looked at, and nothing found."""
    node = shutil.which("node")
    assert node is not None
    command = [node, str(PYRIGHT), "--pythonpath", sys.executable, "--outputjson", str(PROGRAM)]
    told = json.loads(subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False).stdout)
    assert [f"{found['range']['start']['line'] + 1}: {found['message']}" for found in told["generalDiagnostics"]] == []
    assert told["summary"]["filesAnalyzed"] == 1
