"""What the gateway says that it took itself holds none of the time that it waited for others."""

from types import SimpleNamespace
from typing import Any

import pytest

from yumen.exchange import Attempt
from yumen.exchange.overhead import overhead_ns

US = 1000


def exchange_of(**fields: Any) -> Any:  # noqa: ANN401  (a double)
    """One that was read at 10 µs, admitted at 30, sent at 50, answered at 1000, begun at 1007 and over at 2000."""
    plain = {
        "received_ns": 0,
        "read_ns": 10 * US,
        "first_sent_ns": 50 * US,
        "head_ns": 1000 * US,
        "first_byte_ns": 1007 * US,
        "ended_ns": 2000 * US,
        "limit_wait_us": 0,
        "session_wait_us": 0,
        "connecting_ns": 0,
        "replay_of": None,
        "attempts": [Attempt("a", 200, 960, None, 40)],
    }
    return SimpleNamespace(**(plain | fields))


TWICE = [Attempt("a", 529, 400, None, 40, wait_us=300), Attempt("b", 200, 250, None, 750)]


@pytest.mark.parametrize(
    ("fields", "us"),
    [
        ({}, 40 + 7),
        ({"limit_wait_us": 15}, 25 + 7),
        ({"session_wait_us": 15}, 25 + 7),
        ({"connecting_ns": 9 * US}, 31 + 7),
        ({"attempts": TWICE}, 30 + 10 + 7),
        ({"attempts": TWICE, "limit_wait_us": 20}, 10 + 10 + 7),
        ({"attempts": [], "first_sent_ns": 0, "head_ns": 0, "first_byte_ns": 0, "ended_ns": 35 * US}, 25),
        ({"attempts": [], "first_sent_ns": 0, "head_ns": 0, "ended_ns": 900 * US, "limit_wait_us": 880}, 10),
        ({"replay_of": "req_first", "attempts": []}, 0),
        ({"first_sent_ns": 0, "head_ns": 0, "attempts": [Attempt("a", None, 1900, "UpstreamUnreachable", 40)]}, 30),
    ],
    ids=["plain", "limit", "turn", "connection", "retried", "both", "refused", "refused after waiting", "replayed", "unreachable"],
)
def test_waits_are_not_overhead(fields: dict[str, Any], us: int) -> None:
    """Neither for a limit, a connection, a pause nor an upstream, nor what came after the first byte."""
    assert overhead_ns(exchange_of(**fields)) == us * US
