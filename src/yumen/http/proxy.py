"""Through a proxy to an upstream: which one (HTTPS_PROXY, NO_PROXY), and the tunnel through it (RFC 9110 §9.3.6)."""

from __future__ import annotations

import asyncio
import base64
import ssl
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit
from urllib.request import getproxies, proxy_bypass

from yumen.errors import UpstreamUnreachable

if TYPE_CHECKING:
    from collections.abc import Callable

    from yumen.http.client import ClientConnection

MAX_ANSWER_BYTES = 16 * 1024


def proxy_from_environment(scheme: str, host: str) -> str | None:
    """Return the proxy's address that the environment names for an origin, None for a direct connection."""
    proxies = getproxies()
    address = proxies.get(scheme) or proxies.get("all")
    return None if not address or proxy_bypass(host) else address


class _Tunnel(asyncio.Protocol):
    """Sends CONNECT and waits for the proxy's answer."""

    def __init__(self, request: bytes, done: asyncio.Future[bytes]) -> None:
        self._request = request
        self._done = done
        self._answer = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        transport.write(self._request)  # type: ignore[attr-defined]  # a stream's transport

    def data_received(self, data: bytes) -> None:
        self._answer += data
        if not self._done.done() and (b"\r\n\r\n" in self._answer or len(self._answer) > MAX_ANSWER_BYTES):
            self._done.set_result(self._answer)

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002  (the protocol's signature)
        if not self._done.done():
            self._done.set_result(self._answer)


async def open_tunnel(
    loop: asyncio.AbstractEventLoop,
    proxy: str,
    make: Callable[[], ClientConnection],
    target: tuple[str, int],
    tls: ssl.SSLContext | None,
) -> ClientConnection:
    """Connect to a host and port through a proxy (`http://` or `https://`). Raises UpstreamUnreachable, OSError."""
    url = urlsplit(proxy if "://" in proxy else f"http://{proxy}")
    if url.scheme not in ("http", "https") or not url.hostname:
        msg = "The upstream cannot be reached: the proxy's address must begin with http:// or https://."
        raise UpstreamUnreachable(msg)
    done: asyncio.Future[bytes] = loop.create_future()
    proxy_tls = ssl.create_default_context() if url.scheme == "https" else None
    port = url.port or (443 if proxy_tls else 80)
    transport, _ = await loop.create_connection(
        lambda: _Tunnel(connect_request(url.username, url.password, target), done), url.hostname, port, ssl=proxy_tls
    )
    try:
        answer = await done
        status = answer.split(b" ", 2)[1:2]
        if status != [b"200"]:
            shown = status[0].decode("latin-1") if status else "no answer"
            msg = f"The upstream cannot be reached: the proxy refused the connection ({shown})."
            raise UpstreamUnreachable(msg)
        connection = make()
        return await _switch(loop, transport, connection, target[0], tls)
    except BaseException:
        transport.abort()
        raise


async def _switch(
    loop: asyncio.AbstractEventLoop,
    transport: asyncio.Transport,
    connection: ClientConnection,
    host: str,
    tls: ssl.SSLContext | None,
) -> ClientConnection:
    """Hand the tunnel to the connection, with TLS inside it where the origin is https."""
    if tls is None:
        transport.set_protocol(connection)
        connection.connection_made(transport)
        return connection
    wrapped = await loop.start_tls(transport, connection, tls, server_hostname=host)
    if wrapped is None:
        msg = "The upstream cannot be reached: TLS through the proxy failed."
        raise UpstreamUnreachable(msg)
    connection.connection_made(wrapped)
    return connection


def connect_request(username: str | None, password: str | None, target: tuple[str, int]) -> bytes:
    """Return the bytes of a CONNECT request."""
    host, port = target
    authority = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
    lines = f"CONNECT {authority} HTTP/1.1\r\nHost: {authority}\r\n"
    if username is not None:
        pair = f"{unquote(username)}:{unquote(password or '')}".encode()
        lines += f"Proxy-Authorization: Basic {base64.b64encode(pair).decode()}\r\n"
    return f"{lines}\r\n".encode("latin-1")
