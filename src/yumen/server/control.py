"""The operator's side: metrics, health and the admin API on the control port, served by uvicorn on an event loop of its own."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Awaitable, Callable
from ipaddress import ip_address
from threading import Event, Thread
from typing import TYPE_CHECKING

import msgspec
import uvicorn
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import BaseRoute, Route

from yumen.errors import Fault, OperatorError
from yumen.observe import CONTENT_TYPE
from yumen.server.arrival import Arrival

if TYPE_CHECKING:
    from contextlib import AbstractAsyncContextManager

    from starlette.types import ASGIApp, Receive, Scope, Send

LOOPBACK_NAMES = ("localhost", "127.0.0.1", "[::1]")
"""`Host` must be one of these or the control address's own: a page from elsewhere cannot reach the port by a name of its own."""
FORWARDED = frozenset({"x-forwarded-for", "forwarded", "x-real-ip"})
BACKLOG = 128
STOP_S = 2.0
OPEN_S = 30.0


class ControlParts(msgspec.Struct, frozen=True):
    """What the control port serves."""

    metrics: Callable[[], bytes]
    ready: Callable[[], bool]
    hosts: tuple[str, ...]
    """The names that it may be called by, beside loopback's."""
    admit: Callable[[Request], Awaitable[None]]
    """Raises a fault unless the request shows an operator's key."""
    routes: tuple[BaseRoute, ...] = ()
    """The admin API."""
    dependencies: Callable[[], list[str]] = list
    """How each thing does that the gateway depends on, in a line each."""


def control_application(parts: ControlParts) -> Starlette:
    """Return what the control port serves."""

    async def show_metrics(request: Request) -> Response:
        if not is_local(request):
            try:
                await parts.admit(request)
            except Fault as fault:
                return PlainTextResponse(f"{fault.message}\n", status_code=fault.status)
        return Response(await asyncio.to_thread(parts.metrics), headers={"content-type": CONTENT_TYPE})

    async def show_health(request: Request) -> Response:  # noqa: ARG001  (an endpoint's signature)
        return PlainTextResponse("ok\n")

    async def show_ready(request: Request) -> Response:  # noqa: ARG001  (an endpoint's signature)
        ready = parts.ready()
        lines = ["ready" if ready else "not ready", *parts.dependencies(), ""]
        return PlainTextResponse("\n".join(lines), status_code=200 if ready else 503)

    routes = [Route("/metrics", show_metrics), Route("/healthz", show_health), Route("/readyz", show_ready), *parts.routes]
    hosts = [*LOOPBACK_NAMES, *parts.hosts]
    return Starlette(routes=routes, middleware=[Middleware(TrustedHostMiddleware, allowed_hosts=hosts, www_redirect=False)])


def is_local(request: Request) -> bool:
    """Whether a request comes from this machine itself. What a proxy here hands on comes from elsewhere."""
    if request.client is None or not FORWARDED.isdisjoint(request.headers.keys()):
        return False
    try:
        return ip_address(request.client.host).is_loopback
    except ValueError:
        return False


class ControlServer:
    """The control port: listens from its making on, serves between `start` and `stop`."""

    def __init__(self, opening: Callable[[], AbstractAsyncContextManager[ASGIApp]], host: str, port: int) -> None:
        """Bind. What it serves is opened on its own event loop, and closed there. Raises OperatorError where the address cannot be had."""
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        try:
            self._socket = socket.create_server((host, port), family=family, backlog=BACKLOG)
        except OSError as error:
            raise OperatorError(
                "cannot listen on the control address {host}:{port}: {reason}", host=host, port=port, reason=error.strerror or error
            ) from error
        self.port: int = self._socket.getsockname()[1]
        self._opening = opening
        self._application: ASGIApp | None = None
        self._opened = Event()
        self._failure: BaseException | None = None
        config = uvicorn.Config(
            self._serve,
            interface="asgi3",
            http=Arrival,
            ws="none",
            lifespan="off",
            loop="asyncio",
            log_config=None,
            log_level="warning",  # that the port opens and closes is no news in the log of calls
            access_log=False,
            server_header=False,
            proxy_headers=False,  # whose word counts is settled by trusted_proxies
            timeout_graceful_shutdown=1,
        )
        self._server = uvicorn.Server(config)
        self._thread = Thread(target=self._run, name="control", daemon=True)

    def start(self) -> None:
        """Serve, in a thread. Raises what the opening of what is served raised."""
        self._thread.start()
        self._opened.wait(OPEN_S)
        if self._failure is not None:
            raise self._failure

    async def _serve(self, scope: Scope, receive: Receive, send: Send) -> None:
        assert self._application is not None  # noqa: S101  (nothing is taken in before it is opened)
        await self._application(scope, receive, send)

    def _run(self) -> None:
        try:
            asyncio.run(self._live())
        except BaseException as error:  # noqa: BLE001  (handed to whoever waits for the start)
            self._failure = error
        finally:
            self._opened.set()

    async def _live(self) -> None:
        async with self._opening() as self._application:
            self._opened.set()
            await self._server.serve(sockets=[self._socket])

    def stop(self) -> None:
        """End; what is being answered has a moment."""
        self._server.should_exit = True
        if self._thread.is_alive():
            self._thread.join(STOP_S)
        self._socket.close()
