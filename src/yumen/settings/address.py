"""Addresses as settings write them: HOST:PORT, and whether a host is this machine's own."""

from __future__ import annotations

import os
from ipaddress import ip_address
from urllib.parse import urlsplit

import msgspec

from yumen.errors import OperatorError

MAX_PORT = 65_535


class Address(msgspec.Struct, frozen=True):
    """A host and a port; port 0: any that is free."""

    host: str
    port: int

    def __str__(self) -> str:
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"


def parse_address(text: str, name: str) -> Address:
    """Read HOST:PORT, with an IPv6 host in brackets. `name` is the setting, for the sentence."""
    host, colon, port = text.rpartition(":")
    bracketed = host.startswith("[") and host.endswith("]")
    if not colon or not host or not port.isdecimal() or int(port) > MAX_PORT or (":" in host and not bracketed):
        raise OperatorError("{name} takes HOST:PORT, such as 127.0.0.1:8010 or [::1]:8010, not {value}", name=name, value=repr(text))
    return Address(host.strip("[]"), int(port))


def cannot_listen(address: Address, error: OSError) -> OperatorError:
    """Return what to say where an address cannot be had; in the system's words, since an event loop's name its own call."""
    return OperatorError("cannot listen on {address}: {reason}", address=address, reason=os.strerror(error.errno) if error.errno else error)


def is_loopback(host: str) -> bool:
    """Whether a host is this machine alone, by its name or number; no name is looked up."""
    bare = host.strip("[]").lower()
    if bare == "localhost" or bare.endswith(".localhost"):
        return True
    try:
        return ip_address(bare).is_loopback
    except ValueError:
        return False


def check_store(url: str, setting: str, *, allow_plain_http: bool) -> str:
    """Return the address of a store of secrets. Raises OperatorError where it is none, or would show secrets to the network."""
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError:
        parts = urlsplit("")
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.username is not None:
        raise OperatorError("{setting} takes a URL such as https://vault.internal:8200, without user name", setting=setting)
    if parts.scheme == "http" and not is_loopback(parts.hostname) and not allow_plain_http:
        raise OperatorError(
            "{setting} {url} has no TLS: use https, or set secrets.allow_plain_http = true if the network between is yours",
            setting=setting,
            url=url,
        )
    return url.rstrip("/")


def check_control(address: Address, *, behind_tls_proxy: bool) -> None:
    """Refuse to show the operator's side beyond this machine unless somebody guards it."""
    if not is_loopback(address.host) and not behind_tls_proxy:
        raise OperatorError(
            "control {address} is reachable from other machines: use a loopback address, "
            "or set control_behind_tls_proxy = true when a proxy with TLS and authentication stands before it",
            address=address,
        )
