"""What is measured: Yumen, and what stands beside it before the same upstream."""

from bench.peers.direct import Direct
from bench.peers.envoy import Envoy
from bench.peers.litellm import LiteLlm
from bench.peers.nginx import Nginx
from bench.peers.peer import Peer, Running
from bench.peers.yumen import Yumen

EVERY: tuple[type[Peer], ...] = (Direct, Nginx, Yumen, Envoy, LiteLlm)
"""In the order of the tables; the first is no peer but the measure of the upstream and the generator themselves."""
BY_DEFAULT = ("direct", "nginx", "yumen")

__all__ = ["BY_DEFAULT", "EVERY", "Direct", "Envoy", "LiteLlm", "Nginx", "Peer", "Running", "Yumen"]
