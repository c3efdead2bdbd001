"""What is measured: Yumen, and what stands beside it before the same upstream."""

from bench.peers.direct import Direct
from bench.peers.envoy import Envoy
from bench.peers.litellm import LiteLlm
from bench.peers.nginx import Nginx
from bench.peers.peer import Peer, Running
from bench.peers.yumen import Yumen
from bench.peers.yumen_limits import YumenLimits, YumenRedis

EVERY: tuple[type[Peer], ...] = (Direct, Nginx, Yumen, YumenLimits, YumenRedis, Envoy, LiteLlm)
"""In the order of the tables; the first is no peer but the measure of the upstream and the generator themselves."""
BY_DEFAULT = ("direct", "nginx", "yumen", "yumen-limits", "yumen-redis")

__all__ = ["BY_DEFAULT", "EVERY", "Direct", "Envoy", "LiteLlm", "Nginx", "Peer", "Running", "Yumen", "YumenLimits", "YumenRedis"]
