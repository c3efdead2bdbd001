"""Reads an upstream's address, pure."""

from __future__ import annotations

from urllib.parse import urlsplit

import msgspec

from yumen.errors import OperatorError

PORTS = {"http": 80, "https": 443}


class Address(msgspec.Struct, frozen=True):
    """An upstream's address in its parts; `prefix` stands before `/v1` in every path."""

    scheme: str
    host: str
    port: int
    prefix: str = ""


def parse_address(url: str) -> Address:
    """Return the parts of `https://host[:port][/prefix]`. Raises OperatorError."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        parts, port = urlsplit(""), None
    if parts.scheme not in PORTS or not parts.hostname or parts.query or parts.fragment or parts.username or parts.password:
        raise OperatorError("the upstream's address {url} is not of the form https://host[:port][/path]", url=repr(url))
    prefix = parts.path.rstrip("/").removesuffix("/v1")
    return Address(parts.scheme, parts.hostname, port or PORTS[parts.scheme], prefix)
