"""AWS Secrets Manager for tests: two emulators on free ports of loopback. Rotation is asked of ministack, where moto is wrong."""

from __future__ import annotations

import socket
import subprocess
import sys
from collections.abc import Iterator
from itertools import count
from pathlib import Path
from typing import Any, Self

import boto3
import pytest
from botocore.config import Config

from tests.gateway import clean_environment, wait_for
from tests.postgres import end_with_parent, free_port

REGION = "eu-west-1"
ALONE = {"BIND_HOST": "127.0.0.1", "SERVICES": "secretsmanager", "SFTP_ENABLED": "0", "IOT_MTLS_ENABLED": "0"}
"""What keeps ministack to loopback, to the one service, and to the one port."""


class Emulator:
    """One server with all it holds in memory."""

    def __init__(self, folder: Path, program: str) -> None:
        """Prepare a server, `moto` or `ministack`, whose files lie in a folder."""
        self.folder = folder
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self._names = count()
        self._program = program
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        """Start it."""
        moto = [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(self.port)]
        with (self.folder / "log").open("wb") as log:
            self._process = subprocess.Popen(
                moto if self._program == "moto" else [str(Path(sys.executable).parent / "ministack")],
                env=clean_environment(HOME=str(self.folder), GATEWAY_PORT=str(self.port), **ALONE),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd=self.folder,
                preexec_fn=end_with_parent,  # noqa: PLW1509  (nothing else runs in the child, and a test that is killed leaves no server)
            )
        wait_for(self._answers, f"{self._program} on port {self.port}; its log lies in {self.folder}")
        self._clients: dict[str, Any] = {}
        return self

    def __exit__(self, *_: object) -> None:
        """End it."""
        for client in self._clients.values():
            client.close()
        if self._process is not None:
            self._process.terminate()
            self._process.wait(30)

    def client(self, region: str = REGION) -> Any:  # noqa: ANN401  (it has no types)
        """Return a client of the tests' own, beside the one that is tested."""
        if region not in self._clients:
            self._clients[region] = boto3.client(
                "secretsmanager",
                region_name=region,
                endpoint_url=self.url,
                aws_access_key_id="a-test",
                aws_secret_access_key="a-test",
                config=Config(proxies={}),
            )
        return self._clients[region]

    def new(self, **value: Any) -> tuple[str, str]:  # noqa: ANN401  (whatever the client takes)
        """Make a secret that no other test has; return its name and its version's id."""
        name = f"yumen/secret-{next(self._names)}"
        return name, self.client().create_secret(Name=name, **value)["VersionId"]

    def _answers(self) -> bool:
        assert self._process is None or self._process.poll() is None, (self.folder / "log").read_text()
        try:
            socket.create_connection(("127.0.0.1", self.port), timeout=5).close()
        except OSError:
            return False
        return True


@pytest.fixture(scope="session")
def moto(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Emulator]:
    """A moto server for the whole session."""
    with Emulator(tmp_path_factory.mktemp("moto"), "moto") as server:
        yield server


@pytest.fixture(scope="session")
def ministack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Emulator]:
    """A ministack server for the whole session."""
    with Emulator(tmp_path_factory.mktemp("ministack"), "ministack") as server:
        yield server


@pytest.fixture
def aws_credentials(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Credentials in the environment that open an emulator, and nothing else that AWS's chain could find."""
    for name in ("AWS_PROFILE", "AWS_REGION", "AWS_DEFAULT_REGION", "AWS_SESSION_TOKEN", "AWS_CA_BUNDLE", "AWS_ENDPOINT_URL"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "no-config"))
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "no-credentials"))
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "a-test")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "a-test")
