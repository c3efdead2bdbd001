"""Resolve the dependencies of `pyproject.toml` into lock files with hashes and without an index's address."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
UV = ROOT / ".venv" / "bin" / "uv"
COMMON = ["pip", "compile", "--quiet", "--generate-hashes", "--no-header", "--universal", "--python-version", "3.11"]

ALONE = frozenset({"llama-cpp"})
"""Environments whose packages are installed without their dependencies."""


def main(arguments: list[str]) -> int:
    """Write the locks, those of the real clients too; `--upgrade` takes the newest releases instead of keeping what the locks hold."""
    lock("requirements-build.lock", ["--group", "build"], arguments)
    lock("requirements.lock", ["pyproject.toml"], arguments)
    # What serves, without the extras or with them, and what is tested are the same releases.
    lock("requirements-dev.lock", ["pyproject.toml", "--all-extras", "--group", "dev", "-c", "requirements.lock"], arguments)
    lock("requirements-extras.lock", ["pyproject.toml", "--all-extras", "-c", "requirements-dev.lock"], arguments)
    patterns = ("tests/clients/*/requirements.in", "examples/**/requirements.in", "bench/environments/*/requirements.in")
    for source in [source for pattern in patterns for source in sorted(ROOT.glob(pattern))]:
        relative = source.relative_to(ROOT)
        alone = ["--no-deps"] if source.parent.name in ALONE else []
        lock(str(relative.with_suffix(".lock")), [str(relative)], [*arguments, *alone])
    return 0


def lock(output: str, sources: list[str], arguments: list[str]) -> None:
    """Write one lock file."""
    settings = {"UV_PYTHON_DOWNLOADS": "never"}
    subprocess.run([str(UV), *COMMON, *arguments, "-o", output, *sources], check=True, cwd=ROOT, env=os.environ | settings)
    print(f"lock: {output}")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
