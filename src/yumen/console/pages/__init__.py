"""The web console: server-rendered pages over the admin API's operations, on the control port."""

from yumen.console.pages.application import console_routes

__all__ = ["console_routes"]
