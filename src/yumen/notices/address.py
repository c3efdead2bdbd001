"""Where a notice goes: a URL taken apart once. It may carry a token, so that it is never shown, and never sent without TLS."""

from __future__ import annotations

from ipaddress import ip_address
from urllib.parse import urlsplit

from yumen.errors import OperatorError
from yumen.http import Origin


class Target:
    """An origin, and the path and query there. It has no `repr`: robots' URLs are secrets."""

    __slots__ = ("origin", "path")

    def __init__(self, origin: Origin, path: str) -> None:
        """Keep both."""
        self.origin = origin
        self.path = path

    def __repr__(self) -> str:
        return "Target(…)"

    def with_query(self, query: str) -> Target:
        """Return it with more in its query."""
        return Target(self.origin, f"{self.path}{'&' if '?' in self.path else '?'}{query}")


def parse_target(url: str, setting: str) -> Target:
    """Take a URL apart. Raises OperatorError, which names the setting and does not show the URL."""
    try:
        parts = urlsplit(url.strip())
        port = parts.port
    except ValueError:
        parts, port = urlsplit(""), None
    path = parts.path + (f"?{parts.query}" if parts.query else "")
    plain = parts.scheme in ("http", "https") and parts.hostname and not parts.fragment and parts.username is None
    if not plain or not path.isascii() or any(not letter.isprintable() or letter == " " for letter in path):
        raise OperatorError("{setting} takes a URL such as https://HOST/PATH, without a user name", setting=setting)
    host = parts.hostname or ""
    if parts.scheme == "http" and not is_loopback(host):
        raise OperatorError("{setting} has no TLS: use https, since a notice is nobody else's business", setting=setting)
    return Target(Origin(parts.scheme, host, port or (443 if parts.scheme == "https" else 80)), path or "/")


def is_loopback(host: str) -> bool:
    """Whether a host is this machine alone, by its name or number; no name is looked up."""
    bare = host.strip("[]").lower()
    if bare == "localhost" or bare.endswith(".localhost"):
        return True
    try:
        return ip_address(bare).is_loopback
    except ValueError:
        return False
