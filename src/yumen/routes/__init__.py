"""Where it goes: the upstreams that the operator named, and the one that a request is sent to."""

from yumen.routes.address import parse_origin
from yumen.routes.stage import Routes, target_of
from yumen.routes.values import Upstream

__all__ = ["Routes", "Upstream", "parse_origin", "target_of"]
