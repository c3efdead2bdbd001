"""What the tests with real clients share: one gateway before the sandbox, and a way to run a client's program."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from tests.gateway import PATIENCE_S, ROOT, Gateway, clean_environment

CLIENTS = ROOT / ".clients"
PROGRAMS = Path(__file__).parent / "programs"

AskClient = Callable[[str, str, str], dict[str, Any]]


@pytest.fixture(scope="session")
def gateway(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Gateway]:
    """Start one gateway for all of a run's clients."""
    with Gateway(tmp_path_factory.mktemp("clients")) as gateway:
        yield gateway
        assert gateway.stop() == 0


@pytest.fixture(scope="session")
def key(gateway: Gateway) -> str:
    """Make the key that the clients use."""
    return gateway.new_key("clients")


@pytest.fixture(scope="session")
def ask_client(gateway: Gateway, key: str, tmp_path_factory: pytest.TempPathFactory) -> AskClient:
    """Return a function that says what one thing that a client's program does came to.

    A program runs once, with all that it does: importing an SDK takes longer than all its calls.
    """

    @cache
    def lines(client: str, program: str) -> dict[str, dict[str, Any]]:
        folder = tmp_path_factory.mktemp(client)
        told = run_program(
            [interpreter(client), str(place(client, program, folder))], folder, clean_environment(GATEWAY_URL=gateway.url, GATEWAY_KEY=key)
        )
        return {line["does"]: line for line in map(json.loads, told.splitlines())}

    def ask(client: str, program: str, does: str) -> dict[str, Any]:
        line = lines(client, program)[does]
        assert "failed" not in line, line["failed"]
        told: dict[str, Any] = line["told"]
        return told

    return ask


def run_program(command: list[str], folder: Path, environment: dict[str, str]) -> str:
    """Run a program to its good end and return what it printed."""
    out, err = folder / "out", folder / "err"
    with out.open("wb") as stdout, err.open("wb") as stderr:
        outcome = subprocess.run(
            command,
            check=False,
            stdin=subprocess.DEVNULL,
            stdout=stdout,
            stderr=stderr,
            cwd=folder,
            env=environment,
            timeout=PATIENCE_S * 4,
        )
    assert outcome.returncode == 0, f"{' '.join(command)} ended with {outcome.returncode}:\n{err.read_text()}\n{out.read_text()}"
    return out.read_text()


def interpreter(client: str) -> str:
    """Return what runs a client's programs; without it the test is skipped and says so."""
    if client.startswith("node-"):
        node = shutil.which("node")
        if node is None or not (CLIENTS / client / "node_modules").is_dir():
            pytest.skip(f"node and the packages of {client} are missing: make setup-test")
        return node
    python = CLIENTS / client / "bin" / "python"
    if not python.exists():
        pytest.skip(f"the environment {client} is missing: make setup-test")
    return str(python)


def place(client: str, program: str, folder: Path) -> Path:
    """Return the program's path; Node looks for packages beside a program, so they are linked there."""
    if not client.startswith("node-"):
        return PROGRAMS / program
    modules = folder / "node_modules"
    if not modules.exists():
        modules.symlink_to(CLIENTS / client / "node_modules")
    return Path(shutil.copy(PROGRAMS / program, folder / program))
