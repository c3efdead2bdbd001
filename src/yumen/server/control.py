"""The operator's side: metrics and health on the control port, served by uvicorn on an event loop of its own."""

from __future__ import annotations

import asyncio
import socket
from threading import Thread
from typing import TYPE_CHECKING

import uvicorn
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from yumen.errors import OperatorError
from yumen.observe import CONTENT_TYPE

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.requests import Request

LOOPBACK_NAMES = ("localhost", "127.0.0.1", "[::1]")
"""`Host` must be one of these or the control address's own: a page from elsewhere cannot reach the port by a name of its own."""
BACKLOG = 128
STOP_S = 2.0


def control_application(metrics: Callable[[], bytes], ready: Callable[[], bool], host: str) -> Starlette:
    """Return what the control port serves."""

    async def show_metrics(request: Request) -> Response:  # noqa: ARG001  (an endpoint's signature)
        return Response(await asyncio.to_thread(metrics), headers={"content-type": CONTENT_TYPE})

    async def show_health(request: Request) -> Response:  # noqa: ARG001  (an endpoint's signature)
        return PlainTextResponse("ok\n")

    async def show_ready(request: Request) -> Response:  # noqa: ARG001  (an endpoint's signature)
        return PlainTextResponse("ready\n") if ready() else PlainTextResponse("not ready\n", status_code=503)

    routes = [Route("/metrics", show_metrics), Route("/healthz", show_health), Route("/readyz", show_ready)]
    return Starlette(routes=routes, middleware=[Middleware(TrustedHostMiddleware, allowed_hosts=[*LOOPBACK_NAMES, host])])


class ControlServer:
    """The control port: listens from its making on, serves between `start` and `stop`."""

    def __init__(self, application: Starlette, host: str, port: int) -> None:
        """Bind. Raises OperatorError where the address cannot be had."""
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        try:
            self._socket = socket.create_server((host, port), family=family, backlog=BACKLOG)
        except OSError as error:
            raise OperatorError(
                "cannot listen on the control address {host}:{port}: {reason}", host=host, port=port, reason=error.strerror or error
            ) from error
        self.port: int = self._socket.getsockname()[1]
        config = uvicorn.Config(
            application,
            http="httptools",
            ws="none",
            lifespan="off",
            loop="asyncio",
            log_config=None,
            log_level="warning",  # that the port opens and closes is no news in the log of calls
            access_log=False,
            server_header=False,
            timeout_graceful_shutdown=1,
        )
        self._server = uvicorn.Server(config)
        self._thread = Thread(target=self._run, name="control", daemon=True)

    def start(self) -> None:
        """Serve, in a thread."""
        self._thread.start()

    def _run(self) -> None:
        asyncio.run(self._server.serve(sockets=[self._socket]))

    def stop(self) -> None:
        """End; what is being answered has a moment."""
        self._server.should_exit = True
        if self._thread.is_alive():
            self._thread.join(STOP_S)
        self._socket.close()
