"""Envoy with one worker: a route that only the key opens, an access log, circuit breakers out of the way."""

from __future__ import annotations

import json
import re
import subprocess
from typing import Any, ClassVar

from bench.peers.peer import Peer, PeerMissing
from tests.gateway import ROOT

ENVOY = ROOT / ".clients" / "bench-envoy" / "bin" / "envoy"
TYPE = "type.googleapis.com/envoy.extensions"
MANAGER = f"{TYPE}.filters.network.http_connection_manager.v3.HttpConnectionManager"


class Envoy(Peer):
    """The release that its lock names."""

    name: ClassVar[str] = "envoy"

    def prepare(self) -> None:
        """Write the configuration."""
        if not ENVOY.exists():
            raise PeerMissing("its environment is missing: PEERS=all makes it")
        listener = {"name": "callers", "address": address(self.port), "filter_chains": [{"filters": [self._manager()]}]}
        configuration = {"static_resources": {"listeners": [listener], "clusters": [self._cluster()]}}
        (self.folder / "envoy.json").write_text(json.dumps(configuration))

    def _manager(self) -> dict[str, Any]:
        known = {"prefix": "/", "headers": [{"name": "x-api-key", "string_match": {"exact": self.key}}]}
        forward = {"match": known, "route": {"cluster": "claude", "timeout": "0s"}, "request_headers_to_add": [credential()]}
        refuse = {"match": {"prefix": "/"}, "direct_response": {"status": 401}}
        log = {"@type": f"{TYPE}.access_loggers.file.v3.FileAccessLog", "path": str(self.folder / "access.log")}
        return {
            "name": "envoy.filters.network.http_connection_manager",
            "typed_config": {
                "@type": MANAGER,
                "stat_prefix": "callers",
                "stream_idle_timeout": "0s",
                "access_log": [{"name": "file", "typed_config": log}],
                "route_config": {"virtual_hosts": [{"name": "all", "domains": ["*"], "routes": [forward, refuse]}]},
                "http_filters": [{"name": "router", "typed_config": {"@type": f"{TYPE}.filters.http.router.v3.Router"}}],
            },
        }

    def _cluster(self) -> dict[str, Any]:
        many = {"max_connections": 100_000, "max_pending_requests": 100_000, "max_requests": 100_000}
        endpoint = {"lb_endpoints": [{"endpoint": {"address": address(self.upstream_port)}}]}
        return {
            "name": "claude",
            "type": "STATIC",
            "connect_timeout": "5s",
            "circuit_breakers": {"thresholds": [many]},
            "load_assignment": {"cluster_name": "claude", "endpoints": [endpoint]},
        }

    def command(self) -> list[str]:
        """Run with one worker."""
        return [str(ENVOY), "-c", str(self.folder / "envoy.json"), "--concurrency", "1", "--disable-hot-restart", "--log-level", "warning"]

    def version(self) -> str:
        """Ask it."""
        told = subprocess.run([str(ENVOY), "--version"], check=True, capture_output=True, text=True).stdout
        found = re.search(r"/(\d+\.\d+\.\d+)", told)
        return found[1] if found else told.strip()


def address(port: int) -> dict[str, Any]:
    """Return a loopback address in Envoy's words."""
    return {"socket_address": {"address": "127.0.0.1", "port_value": port}}


def credential() -> dict[str, Any]:
    """Return the header that takes the caller's key's place."""
    return {"header": {"key": "x-api-key", "value": "sk-ant-upstream"}, "append_action": "OVERWRITE_IF_EXISTS_OR_ADD"}
