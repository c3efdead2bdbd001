"""The composition root of the gateway: settings -> stores -> stages -> servers, and their end."""

from yumen.app.alone import serve_alone
from yumen.app.started import Started

__all__ = ["Started", "serve"]

serve = serve_alone
