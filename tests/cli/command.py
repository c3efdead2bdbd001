"""Runs the real command in a process of its own, with its output in files."""

from __future__ import annotations

import io
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

from tests.gateway import PATIENCE_S, clean_environment
from yumen.cli.console import Console
from yumen.cli.program import run
from yumen.words import words_for

YUMEN = Path(sys.executable).parent / "yumen"


class Ran(NamedTuple):
    """How a command ended and what it printed."""

    code: int
    out: str
    err: str


def inside(folder: Path, *arguments: str, **environment: str) -> Ran:
    """Run `yumen` on a folder's `data` within this process, where only what is printed matters: it takes a tenth of the time."""
    out, err = io.StringIO(), io.StringIO()
    environ = {"LC_ALL": "C.UTF-8", "NO_COLOR": "1"} | environment
    code = run([*arguments, "--data", str(folder / "data")], Console(words_for(environ), environ, out, err))
    return Ran(code, out.getvalue(), err.getvalue())


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
