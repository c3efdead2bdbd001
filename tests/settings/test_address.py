"""HOST:PORT, loopback, and who may see the operator's side."""

from __future__ import annotations

import pytest

from yumen.errors import OperatorError
from yumen.settings import Address, check_control, is_loopback, parse_address


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("127.0.0.1:8010", Address("127.0.0.1", 8010)),
        ("localhost:0", Address("localhost", 0)),
        ("[::1]:8010", Address("::1", 8010)),
        ("0.0.0.0:65535", Address("0.0.0.0", 65535)),  # noqa: S104  (read, not bound)
    ],
)
def test_addresses_are_read_and_written(text: str, address: Address) -> None:
    """An address reads as it is written."""
    assert parse_address(text, "listen") == address
    assert str(address) == text


@pytest.mark.parametrize("text", ["", "8010", ":8010", "host:", "host:x", "host:-1", "host:65536", "::1:8010", "host:8010:9", "http://a:1"])
def test_what_is_no_address_is_refused(text: str) -> None:
    """What is not HOST:PORT is one sentence with an example."""
    with pytest.raises(OperatorError, match="listen takes HOST:PORT, such as"):
        parse_address(text, "listen")


@pytest.mark.parametrize(
    ("host", "loopback"),
    [
        ("127.0.0.1", True),
        ("127.9.9.9", True),
        ("::1", True),
        ("[::1]", True),
        ("localhost", True),
        ("a.localhost", True),
        ("0.0.0.0", False),  # noqa: S104  (read, not bound)
        ("::", False),
        ("127.0.0.1.example", False),
        ("localhost.example", False),
        ("", False),
    ],
)
def test_which_hosts_are_this_machine(host: str, *, loopback: bool) -> None:
    """Loopback is told by name or number, and nothing else is."""
    assert is_loopback(host) is loopback


def test_the_operators_side_stays_at_home() -> None:
    """A control address beyond loopback needs the declaration that a proxy guards it."""
    check_control(Address("127.0.0.1", 1), behind_tls_proxy=False)
    check_control(Address("10.0.0.1", 1), behind_tls_proxy=True)
    with pytest.raises(OperatorError, match="control_behind_tls_proxy"):
        check_control(Address("10.0.0.1", 1), behind_tls_proxy=False)
