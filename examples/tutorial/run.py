"""Run every program of this folder against an address, or against a gateway of our own, and say which of them ran."""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

from gateway import own_gateway, plain_environment

HERE = Path(__file__).resolve().parent
TIMEOUT_S = 180
QUICK = {"TUTORIAL_PERIOD_S": "2", "TUTORIAL_PAUSE_S": "0.2", "TUTORIAL_SHORTEST_WAIT_S": "0.2"}
"""What the programs wait for, shortened: left alone, the limit of 15 calls holds for a minute."""


class Program(NamedTuple):
    """One program and what runs it."""

    path: Path
    client: str

    @property
    def name(self) -> str:
        """The path that a person would type."""
        return f"{self.client}/{self.path.name}"


class Outcome(NamedTuple):
    """How a program ended: None means that it could not be run here."""

    code: int | None
    output: str


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the programs; return 1 if one failed."""
    options = _options(arguments)
    programs = [program for program in find_programs() if options.only in program.name]
    if options.address:
        return run_all(programs, options)
    with own_gateway() as (options.address, options.key):
        return run_all(programs, options)


def find_programs() -> list[Program]:
    """Return every program: what lies in a folder that has a lock."""
    locks = sorted([*HERE.glob("*/requirements.lock"), *HERE.glob("*/package-lock.json")])
    return [
        Program(path, lock.parent.name)
        for lock in locks
        for path in sorted(lock.parent.iterdir())
        if path.suffix in {".py", ".cjs", ".mjs"}
    ]


def run_all(programs: Sequence[Program], options: argparse.Namespace) -> int:
    """Run the programs one after another and print what each of them said."""
    failed = 0
    for program in programs:
        begun = time.monotonic()
        outcome = run_one(program, options)
        mark = {None: "skipped", 0: "ok"}.get(outcome.code, "FAILED")
        failed += mark == "FAILED"
        print(f"{mark:8}{program.name}  ({time.monotonic() - begun:.1f} s)")
        print("".join(f"        | {line}\n" for line in outcome.output.splitlines()), end="", flush=True)
    print(f"{len(programs)} programs, {failed} failed")
    return 1 if failed or not programs else 0


def run_one(program: Program, options: argparse.Namespace) -> Outcome:
    """Run a program in an empty folder; Node looks for its packages beside a program, so they are linked there."""
    with TemporaryDirectory(prefix="yumen-tutorial-") as folder:
        place, environment = Path(folder), options.clients / program.client
        if program.path.suffix == ".py":
            interpreter, path = environment / "bin" / "python", program.path
        else:
            interpreter, path = Path(shutil.which("node") or "node"), Path(shutil.copy(program.path, place))
            (place / "node_modules").symlink_to(environment / "node_modules")
        if not interpreter.exists() or not environment.exists():
            return Outcome(None, f"{interpreter} or {environment} is missing: make setup-test")
        return _run([str(interpreter), str(path)], place, options)


def _run(command: list[str], place: Path, options: argparse.Namespace) -> Outcome:
    """Run a command with the address and the key in its environment."""
    variables = plain_environment(
        ANTHROPIC_BASE_URL=options.address, CLAUDE_API_KEY=options.key, PYTHONDONTWRITEBYTECODE="1", **options.quick
    )
    told = place / "told.txt"
    with told.open("wb") as out:
        try:
            ended = subprocess.run(
                command,
                check=False,
                cwd=place,
                env=variables,
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=subprocess.STDOUT,
                timeout=TIMEOUT_S,
            )
        except subprocess.TimeoutExpired:
            return Outcome(1, f"{told.read_text(errors='replace')}\nnot done after {TIMEOUT_S} s")
    return Outcome(ended.returncode, told.read_text(errors="replace"))


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    """Read the command line; what it does not say, the environment does."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--address", default=os.environ.get("ANTHROPIC_BASE_URL", ""), help="default: ANTHROPIC_BASE_URL, else a gateway of our own"
    )
    parser.add_argument("--key", default=os.environ.get("CLAUDE_API_KEY", ""), help="default: CLAUDE_API_KEY")
    parser.add_argument("--clients", type=Path, default=HERE.parents[1] / ".clients", help="the folder with the clients' environments")
    parser.add_argument("--only", default="", metavar="TEXT", help="only programs whose name has this in it")
    parser.add_argument(
        "--slow", dest="quick", action="store_const", const={}, default=QUICK, help="wait as long as the programs do by themselves"
    )
    options = parser.parse_args(arguments)
    if options.address and not options.key:
        parser.error("an address needs a key: --key or CLAUDE_API_KEY")
    return options


if __name__ == "__main__":
    sys.exit(main())
