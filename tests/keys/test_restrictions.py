"""Restrictions: what each lets pass, what it refuses and with which words, and the form in which it is stored."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv6Address, ip_network
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from yumen.exchange.values import Asked
from yumen.keys.restrictions import MaxTokens, OnlyAddresses, OnlyModels, OnlyPaths, Restriction, network_text, read_address, read_network

ANY_ADDRESS = st.ip_addresses()
PREFIX = st.integers(0, 128)
TEXT = st.text(max_size=20)
RESTRICTIONS: Any = st.one_of(
    st.builds(OnlyAddresses, st.lists(ANY_ADDRESS.map(str), max_size=4).map(tuple)),
    st.builds(OnlyModels, st.lists(TEXT, max_size=4).map(tuple)),
    st.builds(OnlyPaths, st.lists(TEXT, max_size=4).map(tuple)),
    st.builds(MaxTokens, st.integers(1, 10**9)),
)
ASKED: Any = st.builds(
    Asked,
    address=ANY_ADDRESS.map(str) | TEXT,
    path=TEXT,
    models=st.lists(TEXT, max_size=3).map(tuple),
    max_tokens=st.none() | st.integers(-5, 10**30),
    makes_tokens=st.booleans(),
)


def from_address(address: str, *networks: str) -> str | None:
    """What a restriction to those networks says of that address."""
    return OnlyAddresses(networks).refusal(Asked(address, "/v1/messages"))


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("10.255.0.1", "10.0.0.0/8"),
        ("::ffff:10.255.0.1", "10.0.0.0/8"),
        ("10.255.0.1", "::ffff:10.0.0.0/104"),
        ("10.255.0.1", "0.0.0.0/0"),
        ("2001:db8::1", "2001:0db8::/32"),
        ("fe80::1%eth0", "fe80::/10"),
        ("::1", "::1"),
    ],
)
def test_addresses_on_the_list_pass(address: str, network: str) -> None:
    """v4, v6, networks of both, and v4 in v6's clothes on either side."""
    assert from_address(address, "203.0.113.0/24", network) is None


@pytest.mark.parametrize(
    ("address", "networks"),
    [
        ("192.0.2.8", ["192.0.2.7"]),
        ("11.0.0.1", ["10.0.0.0/8"]),
        ("2001:db9::1", ["2001:db8::/32"]),
        ("::1", ["127.0.0.1"]),
        ("10.0.0.1", ["::/0"]),
        ("2001:db8::1", ["0.0.0.0/0"]),
    ],
)
def test_another_address_is_named_in_the_refusal(address: str, networks: list[str]) -> None:
    """The refusal names the address that was seen, and no address of the list."""
    reason = from_address(address, *networks)
    assert reason is not None
    assert f"from {address}:" in reason
    assert not any(network in reason for network in networks)


@pytest.mark.parametrize("address", ["", "localhost", "10.0.0.1.evil", "10.0.0.1:99", "010.0.0.1"])
def test_what_is_no_address_does_not_pass(address: str) -> None:
    """An address that is not known, or is none, passes no list, be it of everything."""
    assert from_address(address, "0.0.0.0/0", "::/0") is not None


@given(ANY_ADDRESS, ANY_ADDRESS, PREFIX)
def test_a_network_holds_exactly_its_addresses(one: IPv4Address | IPv6Address, other: IPv4Address | IPv6Address, prefix: int) -> None:
    """An address passes exactly where, with its clothes off, it is of the network's family and shares its leading bits."""
    text = str(ip_network(f"{one}/{min(prefix, one.max_prefixlen)}", strict=False))
    network = read_network(text)
    for sent in (one, other):
        seen = read_address(str(sent))
        assert seen is not None
        rest = network.max_prefixlen - network.prefixlen
        inside = seen.version == network.version and int(seen) >> rest == int(network.network_address) >> rest
        assert (from_address(str(sent), text) is None) == inside
        if seen.version == 4:
            assert (from_address(f"::ffff:{seen}", text) is None) == inside


@given(ANY_ADDRESS, PREFIX)
def test_a_network_is_written_as_it_is_read(address: IPv4Address | IPv6Address, prefix: int) -> None:
    """The canonical text of a network reads as the same network, and an address alone has no length."""
    network = ip_network(f"{address}/{min(prefix, address.max_prefixlen)}", strict=False)
    text = network_text(read_network(str(network)))
    assert network_text(read_network(text)) == text
    assert ("/" in text) == (read_network(text).prefixlen < read_network(text).max_prefixlen)


@pytest.mark.parametrize("text", ["10.0.0.5/8", "2001:db8::1/32", "10.0.0.0/33", "host", "", "10.0.0.0/8 ", "1"])
def test_what_is_no_network_is_refused(text: str) -> None:
    """Host bits are a slip of the hand, not a network."""
    with pytest.raises(ValueError, match=r".+"):
        read_network(text)


@pytest.mark.parametrize(
    ("models", "reason"),
    [
        (("claude-haiku-4-5",), None),
        (("claude-opus-5-5", "claude-haiku-4-5"), None),
        ((), None),
        (("claude-sonnet-5",), "This key may not use the model claude-sonnet-5: it may use claude-haiku-4-5, claude-opus-*"),
        (("claude-haiku-4-5", "claude-haiku-4-5-x"), "may not use the model claude-haiku-4-5-x"),
        (("",), "This key needs requests that name their model: it may use claude-haiku-4-5, claude-opus-*"),
    ],
)
def test_models(models: tuple[str, ...], reason: str | None) -> None:
    """The model that was asked for and every candidate's must be on the list; the first that is not is named."""
    said = OnlyModels(("claude-haiku-4-5", "claude-opus-*")).refusal(Asked("", "/v1/messages", models))
    assert said is None if reason is None else reason in (said or "")


@pytest.mark.parametrize(
    ("path", "passes"),
    [("/v1/messages", True), ("/v1/messages/count_tokens", False), ("/v1/files", True), ("/v1/files/x", True), ("/v1", False)],
)
def test_paths(path: str, *, passes: bool) -> None:
    """A whole path, or a beginning; a refused path is not repeated."""
    said = OnlyPaths(("/v1/messages", "/v1/files*")).refusal(Asked("", path))
    assert said == (None if passes else "This key may not use this path: it may use /v1/messages, /v1/files*")


@pytest.mark.parametrize(
    ("max_tokens", "reason"),
    [
        (100, None),
        (1, None),
        (101, "This key may not ask for 101 tokens: it needs a max_tokens of at most 100 in every request"),
        (None, "This key needs a max_tokens of at most 100 in every request"),
    ],
)
def test_max_tokens(max_tokens: int | None, reason: str | None) -> None:
    """More is refused, and so is none, which would mean the model's maximum; what makes no tokens needs none."""
    assert MaxTokens(100).refusal(Asked("", "/v1/messages", max_tokens=max_tokens, makes_tokens=True)) == reason
    assert MaxTokens(100).refusal(Asked("", "/v1/models", max_tokens=max_tokens)) is None


@given(st.lists(RESTRICTIONS, max_size=4).map(tuple), ASKED)
def test_a_restriction_is_a_value(restrictions: tuple[Restriction, ...], asked: Asked) -> None:
    """What was stored comes back equal and says the same, whatever is asked; a reason is a sentence on one line."""
    stored = msgspec.json.decode(msgspec.json.encode(msgspec.to_builtins(restrictions)))
    back = msgspec.convert(stored, tuple[Restriction, ...])
    assert back == restrictions
    for one, other in zip(restrictions, back, strict=True):
        assert one.refusal(asked) == other.refusal(asked)


def test_the_stored_form_is_stable() -> None:
    """Tags and fields are in databases: none may change."""
    values: list[Restriction] = [OnlyAddresses(("::1",)), OnlyModels(("m",)), OnlyPaths(("/p",)), MaxTokens(5)]
    assert msgspec.to_builtins(values) == [
        {"type": "addresses", "networks": ("::1",)},
        {"type": "models", "models": ("m",)},
        {"type": "paths", "paths": ("/p",)},
        {"type": "max_tokens", "tokens": 5},
    ]
