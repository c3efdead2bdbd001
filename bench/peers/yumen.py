"""Yumen as a person runs it: `yumen serve` with authentication, ledger, log and metrics all on."""

from __future__ import annotations

import json
import subprocess
from typing import ClassVar

from bench.peers.peer import Peer, free_port
from tests.gateway import YUMEN, clean_environment
from yumen import __version__


class Yumen(Peer):
    """The gateway of this tree."""

    name: ClassVar[str] = "yumen"

    def prepare(self) -> None:
        """Make a key in an empty data folder."""
        self.data = self.folder / "data"
        made = subprocess.run(
            [str(YUMEN), "keys", "create", "bench", *self.key_options(), "--json", "--data", str(self.data)],
            check=True,
            capture_output=True,
            env=self.environment(),
        )
        self.key = str(json.loads(made.stdout)["key"])
        self.control_port = free_port()

    def key_options(self) -> list[str]:
        """Return what its key is made with."""
        return []

    def command(self) -> list[str]:
        """Serve before the canned upstream; the limits are raised to what the run opens."""
        serve = [str(YUMEN), "serve", "--data", str(self.data), "--upstream", f"http://127.0.0.1:{self.upstream_port}"]
        where = ["--listen", f"127.0.0.1:{self.port}", "--control", f"127.0.0.1:{self.control_port}"]
        return [*serve, *where, "--credential", "env:BENCH_CREDENTIAL", "--set", "capacity.upstream_connections=10000"]

    def environment(self) -> dict[str, str]:
        """Give it a credential for the upstream."""
        return clean_environment(BENCH_CREDENTIAL="sk-ant-upstream")

    def version(self) -> str:
        """Return the version of the tree."""
        return __version__
