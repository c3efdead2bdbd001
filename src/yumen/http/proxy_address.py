"""Reads a proxy's address."""

from __future__ import annotations

from typing import NamedTuple
from urllib.parse import urlsplit

from yumen.errors import UpstreamUnreachable

SOCKS = frozenset({"socks5", "socks5h"})
PORTS = {"http": 80, "https": 443, "socks5": 1080, "socks5h": 1080}


class Proxy(NamedTuple):
    """A proxy's address in its parts."""

    scheme: str
    host: str
    port: int
    username: str | None
    password: str | None


def parse_proxy(address: str) -> Proxy:
    """Return a proxy's address in its parts. Raises UpstreamUnreachable where it is none."""
    try:
        url = urlsplit(address if "://" in address else f"http://{address}")
        port = url.port
    except ValueError:  # a port or an IPv6 address that is none
        url, port = urlsplit(""), None
    # What most programs call `socks` means SOCKS5 with the proxy's own look-up.
    scheme = "socks5h" if url.scheme == "socks" else url.scheme
    if scheme not in PORTS or not url.hostname:
        msg = "The upstream cannot be reached: the proxy's address must read http://, https://, socks5:// or socks5h://HOST:PORT."
        raise UpstreamUnreachable(msg)
    return Proxy(scheme, url.hostname, port or PORTS[scheme], url.username, url.password)
