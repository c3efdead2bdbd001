"""Run every check of the sources, all of them even if one fails, and say which did."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BIN = ROOT / ".venv" / "bin"

CHECKS: dict[str, list[str]] = {
    "lint": [str(BIN / "ruff"), "check", "--quiet", "."],
    "format": [str(BIN / "ruff"), "format", "--check", "--quiet", "."],
    "types": [str(BIN / "mypy")],
    "floors": [str(BIN / "lint-imports")],
    "tree": [sys.executable, "tools/check_tree.py"],
    "pages": [sys.executable, "docs/generate.py", "--check"],
}
"""What each check is called, and its command."""


def main(names: list[str]) -> int:
    """Run the checks that are named, or all; return 1 if any failed."""
    failed = [name for name in (names or CHECKS) if not passes(name)]
    print(f"check: {', '.join(failed)} failed" if failed else "check: all is well")
    return 1 if failed else 0


def passes(name: str) -> bool:
    """Run one check; what it printed is shown where it failed."""
    began = time.monotonic()
    outcome = subprocess.run(CHECKS[name], check=False, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    passed = outcome.returncode == 0
    print(f"check: {name:<7} {'ok' if passed else 'FAILED'} ({time.monotonic() - began:.1f} s)", flush=True)
    if not passed:
        print(outcome.stdout, flush=True)
    return passed


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
