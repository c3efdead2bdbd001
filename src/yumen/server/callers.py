"""Whose address a request has when proxies stand before the gateway: only those that the operator trusts are believed."""

from __future__ import annotations

import re
from ipaddress import ip_network
from typing import TYPE_CHECKING

from yumen.errors import OperatorError
from yumen.keys.restrictions import read_address, read_network

if TYPE_CHECKING:
    from collections.abc import Iterable

    from yumen.http import Request


UNKNOWN = "unknown"
"""The address of a caller whose proxy says something that is none: no restricted key takes it."""
_WITH_PORT = re.compile(r"\[([^\]]*)\](?::\d{1,5})?|(\d[\d.]*):\d{1,5}")


class TrustedProxies:
    """Addresses and networks whose `X-Forwarded-For` is believed."""

    __slots__ = ("_networks",)

    def __init__(self, networks: Iterable[str]) -> None:
        """Trust these. Raises OperatorError where one is neither an address nor a network."""
        try:
            self._networks = [read_network(str(ip_network(text, strict=False))) for text in networks]
        except ValueError as error:
            raise OperatorError("trusted_proxies takes addresses or networks: {reason}", reason=error) from None

    def __bool__(self) -> bool:
        return bool(self._networks)

    def caller_of(self, request: Request) -> str:
        """Return the nearest address that no trusted proxy has: what stands further left may be invented."""
        return self.address_of(request.peer, request.headers)

    def address_of(self, peer: str, headers: Iterable[tuple[bytes, bytes]]) -> str:
        """Return the same of a peer and its request's headers."""
        address = peer
        forwarded = b",".join([value for name, value in headers if name.lower() == b"x-forwarded-for"])
        hops = [hop.strip() for hop in forwarded.decode("latin-1").split(",") if hop.strip()]
        while self._trusts(address) and hops:
            address = plain(hops.pop())
        return address

    def _trusts(self, text: str) -> bool:
        address = read_address(text)
        return address is not None and any(address in network for network in self._networks)


def plain(hop: str) -> str:
    """Return a hop's address without its port, zone or brackets; where it cannot be read, that nobody knows it: it is not the proxy's."""
    match = _WITH_PORT.fullmatch(hop)
    address = read_address((match[1] or match[2] if match else hop).partition("%")[0])
    return UNKNOWN if address is None else str(address)
