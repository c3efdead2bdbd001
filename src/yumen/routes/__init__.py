"""Where it goes: the upstreams that the operator named, and the one that a request is sent to."""

from yumen.routes.rules import Address, parse_address
from yumen.routes.stage import Routes
from yumen.routes.values import Upstream

__all__ = ["Address", "Routes", "Upstream", "parse_address"]
