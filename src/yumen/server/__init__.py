"""The listening edge: HTTP/1.1 in, an exchange, HTTP/1.1 out."""

from yumen.server.edge import Edge, EdgeOptions
from yumen.server.refusal import refuse

__all__ = ["Edge", "EdgeOptions", "refuse"]
