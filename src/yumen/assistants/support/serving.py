"""Serves the endpoint by uvicorn until SIGINT or SIGTERM; what is being answered then is answered."""

from __future__ import annotations

import logging
import signal
import socket
from contextlib import contextmanager
from typing import TYPE_CHECKING

import uvicorn

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from starlette.applications import Starlette

    from yumen.settings import Address

BACKLOG = 512
DRAIN_S = 20


class Announcing(uvicorn.Server):
    """A server that says when it listens."""

    def __init__(self, config: uvicorn.Config, announce: Callable[[], None]) -> None:
        """Call that function then."""
        super().__init__(config)
        self._announce = announce

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Listen, then say so."""
        await super().startup(sockets)
        self._announce()


def bound(address: Address) -> socket.socket:
    """Return a socket at an address. Raises OSError where it cannot be had."""
    family = socket.AF_INET6 if ":" in address.host else socket.AF_INET
    return socket.create_server((address.host, address.port), family=family, backlog=BACKLOG)


def serve_application(application: Starlette, at: socket.socket, announce: Callable[[], None]) -> None:
    """Serve until a signal ends it."""
    config = uvicorn.Config(
        application,
        interface="asgi3",
        ws="none",
        lifespan="off",
        log_config=None,
        log_level=logging.WARNING,
        access_log=False,
        server_header=False,
        proxy_headers=False,
        timeout_graceful_shutdown=DRAIN_S,
    )
    with outlived():
        Announcing(config, announce).run(sockets=[at])


@contextmanager
def outlived() -> Iterator[None]:
    """Let what comes after the serving be done: uvicorn sends itself the signal that ended it once more, which would kill the process."""
    before = {number: signal.signal(number, nothing) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def nothing(*_: object) -> None:
    """Take a signal that has done its work."""
