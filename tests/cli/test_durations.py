"""Durations and moments as they are typed."""

from __future__ import annotations

import pytest

from yumen.cli.durations import parse_duration, parse_moment
from yumen.errors import OperatorError

DAY_US = 86_400_000_000
NOW_US = 1_795_000_000_000_000


@pytest.mark.parametrize(("text", "us"), [("90d", 90 * DAY_US), ("24h", DAY_US), ("15m", 900_000_000), ("0s", 0), (" 2W ", 14 * DAY_US)])
def test_durations(text: str, us: int) -> None:
    """A number and a unit."""
    assert parse_duration(text, "--expires") == us


@pytest.mark.parametrize("text", ["", "90", "d", "-1d", "1.5h", "1y", "1d2h", "9999999999d"])
def test_what_is_no_duration(text: str) -> None:
    """Anything else is one sentence that names the option."""
    with pytest.raises(OperatorError, match="--expires takes a duration such as 90d"):
        parse_duration(text, "--expires")


@pytest.mark.parametrize(
    ("text", "us"),
    [
        ("1h", NOW_US - 3_600_000_000),
        ("1970-01-02", DAY_US),
        ("1970-01-01T00:00:01", 1_000_000),
        ("1970-01-01T08:00:01+08:00", 1_000_000),
        ("1970-01-01T00:00:01.000002Z", 1_000_002),
    ],
)
def test_moments(text: str, us: int) -> None:
    """So long ago, or a date; without a zone it is UTC."""
    assert parse_moment(text, "--since", NOW_US) == us


def test_what_is_no_moment() -> None:
    """Anything else is one sentence that names the option."""
    with pytest.raises(OperatorError, match="--since takes a duration ago"):
        parse_moment("yesterday", "--since", NOW_US)
