"""Whose address a request has when proxies stand before the gateway, as a table."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from yumen.errors import OperatorError
from yumen.server.callers import TrustedProxies

PROXIES = TrustedProxies(["10.1.1.1/8", "192.0.2.1", "2001:db8::/32"])


def request_of(peer: str, *forwarded: bytes) -> Any:  # noqa: ANN401  (a double)
    """A request as far as this looks at it."""
    return SimpleNamespace(peer=peer, headers=[(b"X-Forwarded-For", value) for value in forwarded])


@pytest.mark.parametrize(
    ("peer", "forwarded", "caller"),
    [
        ("198.51.100.1", [], "198.51.100.1"),
        ("198.51.100.1", [b"203.0.113.7"], "198.51.100.1"),
        ("10.0.0.1", [], "10.0.0.1"),
        ("10.0.0.1", [b"203.0.113.7"], "203.0.113.7"),
        ("192.0.2.1", [b"6.6.6.6, 203.0.113.7"], "203.0.113.7"),
        ("10.0.0.1", [b"6.6.6.6, 203.0.113.7, 10.9.9.9,192.0.2.1"], "203.0.113.7"),
        ("10.0.0.1", [b"6.6.6.6", b"203.0.113.7, 10.9.9.9"], "203.0.113.7"),
        ("10.0.0.1", [b"10.0.0.2, 10.0.0.3"], "10.0.0.2"),
        ("10.0.0.1", [b"invented, 10.0.0.3"], "unknown"),
        ("10.0.0.1", [b"invented, 203.0.113.7"], "203.0.113.7"),
        ("10.0.0.1", [b"203.0.113.7:4711"], "203.0.113.7"),
        ("10.0.0.1", [b"[2001:db9::7]:4711, [2001:db8::5]"], "2001:db9::7"),
        ("10.0.0.1", [b"2001:db9::7%<any text>"], "2001:db9::7"),
        ("10.0.0.1", [b"203.0.113.7, ::ffff:10.1.2.3"], "203.0.113.7"),
        ("10.0.0.1", [b"::ffff:203.0.113.7"], "203.0.113.7"),
        ("::ffff:10.0.0.1", [b"203.0.113.7"], "203.0.113.7"),
        ("10.0.0.1", [b"[::1"], "unknown"),
        ("10.0.0.1", [b"_hidden"], "unknown"),
        ("10.0.0.1", [b""], "10.0.0.1"),
        ("10.0.0.1", [b" , ,"], "10.0.0.1"),
        ("10.0.0.1", [b"\xff\xfe"], "unknown"),
        ("2001:db8::1", [b"2001:db9::7, 2001:db8::5"], "2001:db9::7"),
        ("", [b"203.0.113.7"], ""),
    ],
)
def test_the_nearest_address_that_no_proxy_has_is_the_callers(peer: str, forwarded: list[bytes], caller: str) -> None:
    """Trust ends at the first address that is not a proxy's: what stands further left may be invented."""
    assert PROXIES.caller_of(request_of(peer, *forwarded)) == caller


@pytest.mark.parametrize("text", ["x", "10.0.0.0/33", "10.0.0.1:80", ""])
def test_what_is_no_network_is_refused(text: str) -> None:
    """A mistyped network would trust nobody in silence, so it is said at the start."""
    with pytest.raises(OperatorError, match="trusted_proxies takes"):
        TrustedProxies([text])


def test_without_proxies_nobody_is_trusted() -> None:
    """An empty list is false, so that the question is not asked at all."""
    assert not TrustedProxies([])
    assert PROXIES
