"""What every peer has: a name, a command line made from a configuration, a key, and a way to start and stop it."""

from __future__ import annotations

import http.client
import signal
import socket
import subprocess
import time
from pathlib import Path
from typing import ClassVar, Self

from tests.gateway import clean_environment, wait_for

KEY = "yk-bench-0123456789abcdefghijklmnopqrstuvwxyz0123456789"
"""What the peers that know no keys of ours are told to accept."""
POLL_S = 0.002
PATIENCE_S = 120.0
QUESTION = '{"model":"claude-opus-5-5","max_tokens":64,"messages":[{"role":"user","content":"Hello there, how are you today?"}]}'


class PeerMissing(Exception):  # noqa: N818  (it says what is, and the run goes on without it)
    """This machine lacks what the peer needs."""


def free_port() -> int:
    """Return a port that nobody has just now."""
    with socket.socket() as asked:
        asked.bind(("127.0.0.1", 0))
        return int(asked.getsockname()[1])


class Peer:
    """One gateway in a folder of its own, before the upstream on a port."""

    name: ClassVar[str]
    slowness: ClassVar[int] = 1
    """By how much less this peer is asked for, so that a run ends."""
    most_streams: ClassVar[int] = 5000

    def __init__(self, folder: Path, upstream_port: int) -> None:
        """Write the configuration; raise PeerMissing where the machine lacks what it takes."""
        self.folder = folder / self.name
        self.folder.mkdir(parents=True, exist_ok=True)
        self.upstream_port = upstream_port
        self.port = free_port()
        self.key = KEY
        self.prepare()

    def prepare(self) -> None:
        """Write what the peer reads at its start."""

    def command(self) -> list[str]:
        """Return the command that serves."""
        raise NotImplementedError

    def environment(self) -> dict[str, str]:
        """Return the variables that it is started with."""
        return clean_environment()

    def version(self) -> str:
        """Return which release it is."""
        return ""

    def headers(self) -> dict[str, str]:
        """Return what an SDK sends beside the body."""
        return {
            "x-api-key": self.key,
            "anthropic-version": "2023-06-01",
            "content-type": "application/json",
            "accept": "application/json",
            "user-agent": "Anthropic/Python 2.12.0",
            "x-stainless-lang": "python",
            "x-stainless-package-version": "2.12.0",
            "x-stainless-os": "Linux",
            "x-stainless-arch": "x64",
            "x-stainless-runtime": "CPython",
            "x-stainless-runtime-version": "3.11.7",
        }

    def run(self) -> Running:
        """Start it; the result is a context that ends it."""
        return Running(self)


class Running:
    """A peer that serves, with the times that its start took."""

    def __init__(self, peer: Peer) -> None:
        """Start it and wait for the first answer."""
        self.peer = peer
        began_s = time.monotonic()
        with (peer.folder / "out").open("ab") as out:
            self._process = subprocess.Popen(
                peer.command(), stdin=subprocess.DEVNULL, stdout=out, stderr=out, env=peer.environment(), cwd=peer.folder
            )
        self.pid = self._process.pid
        try:
            wait_for(self._listens, f"{peer.name} to listen (its output is in {peer.folder})", PATIENCE_S)
            self.ready_s = time.monotonic() - began_s
            wait_for(self._answers, f"{peer.name} to answer (its output is in {peer.folder})", PATIENCE_S)
            self.first_answer_s = time.monotonic() - began_s
        except BaseException:
            self._process.kill()
            self._process.wait()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        """End it."""
        self._process.send_signal(signal.SIGTERM)
        try:
            self._process.wait(timeout=PATIENCE_S)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def _listens(self) -> bool:
        assert self._process.poll() is None, f"{self.peer.name} ended at its start: {(self.peer.folder / 'out').read_text()[-2000:]}"  # noqa: S101
        try:
            socket.create_connection(("127.0.0.1", self.peer.port), timeout=1).close()
        except OSError:
            return False
        return True

    def _answers(self) -> bool:
        connection = http.client.HTTPConnection("127.0.0.1", self.peer.port, timeout=30)
        try:
            connection.request("POST", "/v1/messages", QUESTION, self.peer.headers())
            return connection.getresponse().status == 200
        except (OSError, http.client.HTTPException):
            return False
        finally:
            connection.close()
