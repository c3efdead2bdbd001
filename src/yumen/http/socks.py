"""Through a SOCKS5 proxy to an upstream (RFC 1928, RFC 1929)."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import unquote

from python_socks import ProxyConnectionError, ProxyError, ProxyTimeoutError, ProxyType
from python_socks.async_.asyncio import Proxy as SocksProxy

from yumen.errors import UpstreamUnreachable

if TYPE_CHECKING:
    import asyncio
    import ssl
    from collections.abc import Callable

    from yumen.http.client import ClientConnection
    from yumen.http.proxy_address import Proxy

NAMED_THERE = "socks5h"
"""The scheme by which the proxy looks up the upstream's name; with `socks5` it is looked up here."""


async def open_socks(
    loop: asyncio.AbstractEventLoop,
    way: Proxy,
    make: Callable[[], ClientConnection],
    target: tuple[str, int],
    tls: ssl.SSLContext | None,
) -> ClientConnection:
    """Connect to a host and port through a SOCKS5 proxy. Raises UpstreamUnreachable, OSError."""
    username = None if way.username is None else unquote(way.username)
    password = None if way.password is None else unquote(way.password)
    proxy = SocksProxy(ProxyType.SOCKS5, way.host, way.port, username, password, rdns=way.scheme == NAMED_THERE)
    try:
        connected = await proxy.connect(*target)
    except ProxyConnectionError as error:
        raise UpstreamUnreachable(f"The upstream cannot be reached: the proxy {way.host} does not take the connection.") from error
    except (ProxyError, ProxyTimeoutError) as error:
        reason = str(error).rstrip(".") or type(error).__name__
        raise UpstreamUnreachable(f"The upstream cannot be reached: the proxy refused the connection ({reason}).") from error
    try:
        _, connection = await loop.create_connection(make, sock=connected, ssl=tls, server_hostname=target[0] if tls else None)
    except BaseException:
        connected.close()
        raise
    return connection
