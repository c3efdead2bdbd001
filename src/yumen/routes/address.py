"""Reads an upstream's address."""

from __future__ import annotations

from urllib.parse import urlsplit

from yumen.errors import OperatorError
from yumen.http import Origin

PORTS = {"http": 80, "https": 443}


def parse_origin(url: str) -> Origin:
    """Return the parts of `https://host[:port][/prefix]`. Raises OperatorError."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        parts, port = urlsplit(""), None
    if parts.scheme not in PORTS or not parts.hostname or parts.query or parts.fragment or parts.username or parts.password:
        raise OperatorError("the upstream's address {url} is not of the form https://host[:port][/path]", url=repr(url))
    prefix = parts.path.rstrip("/").removesuffix("/v1")
    return Origin(parts.scheme, parts.hostname, port or PORTS[parts.scheme], prefix)
