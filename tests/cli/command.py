"""Runs the real command in a process of its own, with its output in files."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

from tests.gateway import PATIENCE_S, clean_environment

YUMEN = Path(sys.executable).parent / "yumen"


class Ran(NamedTuple):
    """How a command ended and what it printed."""

    code: int
    out: str
    err: str


def yumen(folder: Path, *arguments: str, **environment: str) -> Ran:
    """Run `yumen` in a folder."""
    out, err = folder / "command.out", folder / "command.err"
    with out.open("wb") as stdout, err.open("wb") as stderr:
        ended = subprocess.run(
            [str(YUMEN), *arguments],
            check=False,
            stdin=subprocess.DEVNULL,
            stdout=stdout,
            stderr=stderr,
            cwd=folder,
            env=clean_environment(HOME=str(folder), **environment),
            timeout=PATIENCE_S,
        )
    return Ran(ended.returncode, out.read_text(encoding="utf-8"), err.read_text(encoding="utf-8"))
