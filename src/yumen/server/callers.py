"""Whose address a request has when proxies stand before the gateway: only those that the operator trusts are believed."""

from __future__ import annotations

from ipaddress import ip_address, ip_network
from typing import TYPE_CHECKING

from yumen.errors import OperatorError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from yumen.http import Request


class TrustedProxies:
    """Addresses and networks whose `X-Forwarded-For` is believed."""

    __slots__ = ("_networks",)

    def __init__(self, networks: Iterable[str]) -> None:
        """Trust these. Raises OperatorError where one is neither an address nor a network."""
        try:
            self._networks = [ip_network(text, strict=False) for text in networks]
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
            hop = hops.pop()
            if not _is_address(hop):
                break
            address = hop
        return address

    def _trusts(self, address: str) -> bool:
        return _is_address(address) and any(ip_address(address) in network for network in self._networks)


def _is_address(text: str) -> bool:
    try:
        ip_address(text)
    except ValueError:
        return False
    return True
