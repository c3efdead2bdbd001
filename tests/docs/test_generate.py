"""The pages that come from the code are what the code says."""

from __future__ import annotations

import subprocess
import sys

from tests.gateway import ROOT


def test_pages_are_up_to_date() -> None:
    """No page differs from what the code prints."""
    outcome = subprocess.run(
        [sys.executable, "docs/generate.py", "--check"], check=False, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    assert outcome.returncode == 0, outcome.stdout
