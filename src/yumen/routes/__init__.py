"""Where it goes: the upstreams that the operator named, and the one that a request is sent to."""

from yumen.routes.address import parse_origin
from yumen.routes.candidates import Aliases
from yumen.routes.rules import Share
from yumen.routes.stage import Routes
from yumen.routes.states import LEVELS, MOVES, Circuit
from yumen.routes.values import CircuitOptions, Credential, Serves, Upstream
from yumen.routes.way import Result, target_of

__all__ = [
    "LEVELS",
    "MOVES",
    "Aliases",
    "Circuit",
    "CircuitOptions",
    "Credential",
    "Result",
    "Routes",
    "Serves",
    "Share",
    "Upstream",
    "parse_origin",
    "target_of",
]
