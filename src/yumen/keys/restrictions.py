"""What a key may not do: each restriction is a value that passes or refuses with a reason, stored under a stable tag."""

from __future__ import annotations

from functools import lru_cache
from ipaddress import IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from typing import TYPE_CHECKING, ClassVar

import msgspec

if TYPE_CHECKING:
    from collections.abc import Collection
    from ipaddress import IPv4Address

    from yumen.exchange.values import Asked

Network = IPv4Network | IPv6Network
MAPPED = IPv6Network("::ffff:0:0/96")
"""IPv4 addresses as a socket of IPv6 shows them."""
REMEMBERED = 4096
"""How many networks are kept parsed."""


class OnlyAddresses(msgspec.Struct, frozen=True, tag_field="type", tag="addresses"):
    """Only from these addresses or networks, as `network_text` writes them."""

    networks: tuple[str, ...]
    by_head: ClassVar[bool] = True
    """Whether the request's head alone decides."""

    def refusal(self, asked: Asked) -> str | None:
        """Refuse an address outside. The list is not told: who holds a stolen key shall not learn where from it works."""
        address = read_address(asked.address)
        if address is None:
            return "This key may only be used from certain addresses, and this request's is not known"
        if any(address in read_network(text) for text in self.networks):
            return None
        return f"This key may not be used from {address}: it is restricted to other addresses"


class OnlyModels(msgspec.Struct, frozen=True, tag_field="type", tag="models"):
    """Only these models: names, or their beginnings with `*` at the end."""

    models: tuple[str, ...]
    by_head: ClassVar[bool] = False

    def refusal(self, asked: Asked) -> str | None:
        """Refuse the first model that is not on the list. A model without a name is one that the request should name and does not."""
        for model in asked.models:
            if not matches(model, self.models):
                named = f"may not use the model {model[:80]}: it" if model else "needs requests that name their model: it"
                return f"This key {named} may use {', '.join(self.models)}"
        return None


class OnlyPaths(msgspec.Struct, frozen=True, tag_field="type", tag="paths"):
    """Only these paths: whole ones, or their beginnings with `*` at the end."""

    paths: tuple[str, ...]
    by_head: ClassVar[bool] = True

    def refusal(self, asked: Asked) -> str | None:
        """Refuse another path. It is not repeated: people put keys into paths by mistake, and errors are kept in logs."""
        return None if matches(asked.path, self.paths) else f"This key may not use this path: it may use {', '.join(self.paths)}"


class MaxTokens(msgspec.Struct, frozen=True, tag_field="type", tag="max_tokens"):
    """Answers of at most so many tokens."""

    tokens: int
    by_head: ClassVar[bool] = False

    def refusal(self, asked: Asked) -> str | None:
        """Refuse a request for more. One that makes tokens and says no number could get the model's maximum, so it must say one."""
        if not asked.makes_tokens or (asked.max_tokens is not None and asked.max_tokens <= self.tokens):
            return None
        sent = "needs" if asked.max_tokens is None else f"may not ask for {str(asked.max_tokens)[:20]} tokens: it needs"
        return f"This key {sent} a max_tokens of at most {self.tokens} in every request"


Restriction = OnlyAddresses | OnlyModels | OnlyPaths | MaxTokens
"""Every kind of restriction. A key has at most one of each kind."""


def matches(text: str, patterns: Collection[str]) -> bool:
    """Whether a text is one of these, or begins as one of them does that ends in `*`."""
    return any(text.startswith(pattern[:-1]) if pattern.endswith("*") else text == pattern for pattern in patterns)


def read_address(text: str) -> IPv4Address | IPv6Address | None:
    """Read an address; an IPv4 one in IPv6's clothes is the IPv4 one. None: it is none."""
    try:
        address = ip_address(text)
    except ValueError:
        return None
    return (address.ipv4_mapped or address) if isinstance(address, IPv6Address) else address


@lru_cache(REMEMBERED)
def read_network(text: str) -> Network:
    """Read an address or network; an IPv4 one in IPv6's clothes is the IPv4 one. Raises ValueError where it is none, or has host bits."""
    network = ip_network(text)
    if isinstance(network, IPv6Network) and network.subnet_of(MAPPED):
        address = network.network_address.ipv4_mapped
        return IPv4Network(f"{address}/{network.prefixlen - MAPPED.prefixlen}")
    return network


def network_text(network: Network) -> str:
    """Write a network as it is stored and shown: an address alone without its length."""
    return str(network.network_address) if network.prefixlen == network.max_prefixlen else str(network)
