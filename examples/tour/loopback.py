"""An ASGI application that is served on a free port of loopback by a thread of its own."""

from __future__ import annotations

from threading import Thread
from typing import Self

from starlette.applications import Starlette
from uvicorn import Config, Server

from tests.gateway import wait_for
from tests.postgres import free_port


class Served:
    """Serves an application between its entry and its exit."""

    def __init__(self, app: Starlette) -> None:
        """Choose a free port."""
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self._server = Server(Config(app, host="127.0.0.1", port=self.port, log_level="error"))
        self._thread = Thread(target=self._server.run, daemon=True)

    def __enter__(self) -> Self:
        """Serve."""
        self._thread.start()
        wait_for(lambda: self._server.started, "a server on loopback")
        return self

    def __exit__(self, *_: object) -> None:
        """End."""
        self._server.should_exit = True
        self._thread.join()
