"""What a gateway loads at its start: nothing that only a migration, a client or an optional store needs."""

from __future__ import annotations

import subprocess
import sys

SELDOM = {"alembic", "mako", "pygments", "anthropic", "boto3", "botocore", "hvac", "google", "duckdb", "opentelemetry"}


def test_a_start_loads_nothing_that_few_need() -> None:
    """Neither what migrates nor the SDK nor an optional library is loaded by what serves: Alembic alone would keep 13 MB."""
    script = f"import sys, yumen.app, yumen.app.worker; print(sorted(sys.modules.keys() & {SELDOM}))"
    assert subprocess.run([sys.executable, "-c", script], check=True, capture_output=True, text=True).stdout == "[]\n"
