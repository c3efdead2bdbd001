"""Through a proxy to an upstream: which one (HTTPS_PROXY, NO_PROXY), and the tunnel through it (RFC 9110 §9.3.6)."""

from __future__ import annotations

import asyncio
import base64
from typing import TYPE_CHECKING
from urllib.parse import unquote
from urllib.request import getproxies, proxy_bypass

from yumen.errors import UpstreamUnreachable
from yumen.http.proxy_address import SOCKS, parse_proxy
from yumen.http.socks import open_socks
from yumen.http.tls import client_context
from yumen.http.unreachable import unreachable

if TYPE_CHECKING:
    import ssl
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
    """Connect to a host and port through a proxy (HTTP's CONNECT or SOCKS5). Raises UpstreamUnreachable, OSError."""
    way = parse_proxy(proxy)
    if way.scheme in SOCKS:
        return await open_socks(loop, way, make, target, tls)
    done: asyncio.Future[bytes] = loop.create_future()
    request = connect_request(way.username, way.password, target)
    proxy_tls = client_context() if way.scheme == "https" else None
    try:
        transport, _ = await loop.create_connection(lambda: _Tunnel(request, done), way.host, way.port, ssl=proxy_tls)
    except OSError as error:
        raise unreachable(f"the proxy {way.host}", error) from error
    try:
        check_answer(await done)
        return await _switch(loop, transport, make(), target[0], tls)
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


def check_answer(answer: bytes) -> None:
    """Raise UpstreamUnreachable where a proxy's answer is not that the tunnel stands."""
    version, _, rest = answer.partition(b" ")
    whole = b"\r\n\r\n" in answer and version in (b"HTTP/1.1", b"HTTP/1.0")
    status = rest[:3].decode("latin-1") if whole else "no answer of HTTP" if answer else "no answer"
    if not whole or not status.startswith("2"):
        msg = f"The upstream cannot be reached: the proxy refused the connection ({status})."
        raise UpstreamUnreachable(msg)


def connect_request(username: str | None, password: str | None, target: tuple[str, int]) -> bytes:
    """Return the bytes of a CONNECT request."""
    host, port = target
    authority = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
    lines = f"CONNECT {authority} HTTP/1.1\r\nHost: {authority}\r\n"
    if username is not None:
        pair = f"{unquote(username)}:{unquote(password or '')}".encode()
        lines += f"Proxy-Authorization: Basic {base64.b64encode(pair).decode()}\r\n"
    return f"{lines}\r\n".encode("latin-1")
