"""LiteLLM's proxy with one worker and a master key, without a database (with one it is slower)."""

from __future__ import annotations

import json
import subprocess
from typing import ClassVar

from bench.peers.peer import Peer, PeerMissing
from tests.gateway import ROOT, clean_environment

BIN = ROOT / ".clients" / "bench-litellm" / "bin"


class LiteLlm(Peer):
    """The release that its lock names."""

    name: ClassVar[str] = "litellm"
    slowness: ClassVar[int] = 100
    most_streams: ClassVar[int] = 0
    """It keeps a stream's first event back until the next comes, so that an idle stream never begins for its caller."""

    def prepare(self) -> None:
        """Write the configuration (JSON is YAML too)."""
        if not (BIN / "litellm").exists():
            raise PeerMissing("its environment is missing: PEERS=all makes it")
        self.key = "sk-bench-0123456789abcdefghijklmnopqrstuvwxyz"
        where = f"http://127.0.0.1:{self.upstream_port}"
        upstream = {"model": "anthropic/claude-opus-5-5", "api_base": where, "api_key": "sk-ant-upstream"}
        configuration = {
            "model_list": [{"model_name": "claude-opus-5-5", "litellm_params": upstream}],
            "general_settings": {"master_key": self.key},
            "litellm_settings": {"telemetry": False},
        }
        (self.folder / "config.yaml").write_text(json.dumps(configuration))

    def command(self) -> list[str]:
        """Run with one worker."""
        where = ["--host", "127.0.0.1", "--port", str(self.port), "--num_workers", "1"]
        return [str(BIN / "litellm"), "--config", str(self.folder / "config.yaml"), *where]

    def environment(self) -> dict[str, str]:
        """Keep it from fetching a price list, and let it find its own programs."""
        return clean_environment(LITELLM_LOCAL_MODEL_COST_MAP="True", LITELLM_LOG="ERROR", DISABLE_ADMIN_UI="True")

    def headers(self) -> dict[str, str]:
        """It takes its key as a bearer too, as every client of it sends."""
        return super().headers() | {"authorization": f"Bearer {self.key}"}

    def version(self) -> str:
        """Ask its environment."""
        ask = "import importlib.metadata as m; print(m.version('litellm'))"
        return subprocess.run([str(BIN / "python"), "-c", ask], check=True, capture_output=True, text=True).stdout.strip()
