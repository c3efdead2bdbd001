"""What the tests with real clients share: one gateway before the sandbox, and a way to run a client's program."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.gateway import PATIENCE_S, ROOT, Gateway, clean_environment

CLIENTS = ROOT / ".clients"
PROGRAMS = Path(__file__).parent / "programs"

RunClient = Callable[..., dict[str, Any]]


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


@pytest.fixture
def run_client(gateway: Gateway, key: str, tmp_path: Path) -> RunClient:
    """Return a function that runs `programs/NAME` in the environment CLIENT and returns the object that it printed last."""

    def run(client: str, program: str, *arguments: str, code: int = 0) -> dict[str, Any]:
        command = [interpreter(client), str(place(client, program, tmp_path)), *arguments]
        out, err = tmp_path / "out", tmp_path / "err"
        with out.open("wb") as stdout, err.open("wb") as stderr:
            outcome = subprocess.run(
                command,
                check=False,
                stdin=subprocess.DEVNULL,
                stdout=stdout,
                stderr=stderr,
                cwd=tmp_path,
                env=clean_environment(GATEWAY_URL=gateway.url, GATEWAY_KEY=key),
                timeout=PATIENCE_S * 2,
            )
        assert outcome.returncode == code, f"{client} {program} ended with {outcome.returncode}:\n{err.read_text()}\n{out.read_text()}"
        told: dict[str, Any] = json.loads(out.read_text().splitlines()[-1])
        return told

    return run


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
