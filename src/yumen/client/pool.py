"""The connections of a client: kept alive, bounded, and made anew in the child of a fork and in every event loop."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import anthropic

from yumen.client.forking import ForkLock
from yumen.client.transport import httpx2

if TYPE_CHECKING:
    from yumen.client.options import Pool

Origin = Callable[[], str]


def pooled(pool: Pool, origin: Origin | None = None) -> httpx2.Client:
    """Return a client of HTTP for threads, with the SDK's own time-outs, proxies and TCP keep-alive.

    `origin` says where a server of this very process listens, which in the child of a fork is another one.
    """
    return httpx2.Client(transport=Forkable(lambda: anthropic.DefaultHttpxClient(limits=limits(pool)), origin), **dressed())


def readdress(request: httpx2.Request, origin: str) -> None:
    """Send a request to another origin than the one that was written on it."""
    there = httpx2.URL(origin)
    request.url = request.url.copy_with(host=there.host, port=there.port)
    request.headers["host"] = there.netloc.decode()


def limits(pool: Pool) -> httpx2.Limits:
    """Return the pool's bounds in the transport's words."""
    return httpx2.Limits(max_connections=pool.connections, max_keepalive_connections=pool.idle, keepalive_expiry=pool.idle_s)


def dressed() -> dict[str, Any]:
    """Return how the outer client behaves: redirects are its own affair, proxies the inner one's."""
    return {"timeout": anthropic.DEFAULT_TIMEOUT, "follow_redirects": True, "trust_env": False}


class Forkable(httpx2.BaseTransport):
    """A transport over another client of HTTP. In the child of a fork it takes a new one: the old connections are the parent's."""

    def __init__(self, make: Callable[[], httpx2.Client], origin: Origin | None) -> None:
        """Make the client with the first request: until then a fork costs nothing."""
        self._make = make
        self._origin = origin
        self._born = os.getpid()
        self._lock = ForkLock()
        self._inner: httpx2.Client | None = None
        self._owner = 0
        self._parents: list[httpx2.Client] = []
        """Neither used nor closed: to say goodbye on a shared connection would end it for the parent too."""

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        """Send a request through this process's own connections."""
        if self._origin is not None and self._born != os.getpid():
            readdress(request, self._origin())
        return self._own().send(request, stream=True, auth=None, follow_redirects=False)

    def close(self) -> None:
        """Close this process's connections."""
        if self._inner is not None and self._owner == os.getpid():
            self._inner.close()

    def __del__(self) -> None:
        self.close()  # of a client that nobody closed, as the SDK's own does

    def _own(self) -> httpx2.Client:
        if self._owner == os.getpid() and self._inner is not None:
            return self._inner
        return self._made()

    def _made(self) -> httpx2.Client:
        with self._lock:
            if self._owner != os.getpid():
                if self._inner is not None:
                    self._parents.append(self._inner)
                self._inner, self._owner = self._make(), os.getpid()
            assert self._inner is not None  # noqa: S101  (it was just made)
            return self._inner
