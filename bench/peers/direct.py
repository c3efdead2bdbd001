"""No gateway at all: the upstream itself, which says what the generator and the upstream can do."""

from __future__ import annotations

import sys
from typing import ClassVar

from bench.peers.peer import Peer
from tests.gateway import ROOT, clean_environment


class Direct(Peer):
    """A second copy of the canned upstream, asked without anything between."""

    name: ClassVar[str] = "direct"

    def command(self) -> list[str]:
        """Run the canned upstream on the peer's port."""
        return [sys.executable, "-m", "bench.upstream", str(self.port)]

    def environment(self) -> dict[str, str]:
        """Let it find the package from whatever folder it is started in."""
        return clean_environment(PYTHONPATH=str(ROOT))
