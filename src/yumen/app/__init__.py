"""The composition root of the gateway: settings -> stores -> stages -> servers, and their end."""

from yumen.app.gateway import Gateway, serve
from yumen.app.started import Started

__all__ = ["Gateway", "Started", "serve"]
