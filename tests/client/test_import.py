"""What `import yumen` costs, and what it leaves for later."""

from __future__ import annotations

import subprocess
import sys

PROGRAM = """
import sys, time
began = time.process_time()
import yumen
from yumen import AsyncClaude, Claude, Limit, NoCredential, OperatorError, Pool, Retry
Retry(attempts=3); Limit(calls=15, period=60); Pool(connections=10)
took = time.process_time() - began
print(took, *sorted(name for name in ("anthropic", "httpx2", "pydantic", "asyncio", "sqlalchemy", "typer") if name in sys.modules))
"""
ALLOWED_S = 0.05


def test_what_a_program_imports_costs_under_50_ms_and_loads_no_sdk() -> None:
    """Three fresh interpreters; of their times the least counts, since a busy machine adds and never takes away."""
    runs = [subprocess.run([sys.executable, "-c", PROGRAM], capture_output=True, text=True, check=True).stdout.split() for _ in range(3)]
    assert [run[1:] for run in runs] == [[], [], []]
    assert min(float(run[0]) for run in runs) < ALLOWED_S
