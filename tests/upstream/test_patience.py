"""What headers say of time: nothing that stands in them may hurt."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from yumen.exchange.patience import LONGEST_S, US_PER_S, patience_us
from yumen.upstream.patience import asked_us, should_retry

NOW_US = 1_795_745_600_000_000
"""2026-11-27 02:13:20 UTC."""


@pytest.mark.parametrize(
    ("said", "us"),
    [
        (None, 60_000_000),
        (b"600", 600_000_000),
        (b"2.5", 2_500_000),
        (b" 7 ", 7_000_000),
        (b"NOT_GIVEN", 60_000_000),
        (b"", 60_000_000),
        (b"0", 60_000_000),
        (b"-1", 60_000_000),
        (b"nan", 60_000_000),
        (b"inf", 60_000_000),
        (b"1e300", round(LONGEST_S * US_PER_S)),
        (b"9" * 1000, 60_000_000),
    ],
)
def test_the_callers_patience(said: bytes | None, us: int) -> None:
    """Seconds as the SDKs send them; what is no number of seconds counts as nothing."""
    assert patience_us(said, 60.0) == us


@pytest.mark.parametrize(
    ("fields", "us"),
    [
        ({}, 0),
        ({b"retry-after": b"17"}, 17_000_000),
        ({b"retry-after": b"0.25"}, 250_000),
        ({b"retry-after-ms": b"1500", b"retry-after": b"9"}, 1_500_000),
        ({b"retry-after-ms": b"soon", b"retry-after": b"9"}, 9_000_000),
        ({b"retry-after-ms": b"-5", b"retry-after": b"9"}, 9_000_000),
        ({b"retry-after": b"Fri, 27 Nov 2026 02:13:50 GMT"}, 30_000_000),
        ({b"retry-after": b"Fri, 27 Nov 2026 02:13:50 -0000"}, 30_000_000),
        ({b"retry-after": b"Friday, 27-Nov-26 02:13:50 GMT"}, 30_000_000),
        ({b"retry-after": b"Fri, 27 Nov 2026 02:12:50 GMT"}, 0),
        ({b"retry-after": b"Fri, 99 Nov 2026 02:12:50 GMT"}, 0),
        ({b"retry-after": b"-17"}, 0),
        ({b"retry-after": b"nan"}, 0),
        ({b"retry-after": b"inf"}, 0),
        ({b"retry-after": b"1_0"}, 0),
        ({b"retry-after": b"in a while"}, 0),
        ({b"retry-after": b"1e400"}, 0),
        ({b"retry-after": b"1e200"}, round(LONGEST_S * US_PER_S)),
    ],
)
def test_what_an_answer_asks(fields: dict[bytes, bytes], us: int) -> None:
    """Milliseconds before seconds before dates; nonsense asks for nothing."""
    assert asked_us(fields, NOW_US) == us


junk = st.one_of(
    st.binary(max_size=80),
    st.floats(width=64).map(lambda value: repr(value).encode()),
    st.integers().map(lambda value: str(value).encode()),
    st.datetimes().map(lambda date: date.strftime("%a, %d %b %Y %H:%M:%S GMT").encode()),
)


@given(junk, junk)
@example(b"Mon, 01 Jan 0001 00:00:00 +2359", b"")
@example(b"Mon, 01 Jan 9999 00:00:00 -2359", b"")
@example(b"Mon, 01 Jan 2026 00:00:00 +999999999", b"")
def test_no_header_can_hurt(one: bytes, other: bytes) -> None:
    """Whatever stands there, the result is a time that a clock has, and nothing is raised."""
    most_us = round(LONGEST_S * US_PER_S)
    assert 0 <= asked_us({b"retry-after": one, b"retry-after-ms": other}, NOW_US) <= most_us
    assert 0 < patience_us(one, 60.0) <= most_us or patience_us(one, 60.0) == 0
    assert should_retry({b"x-should-retry": one}) in (None, True, False)


@pytest.mark.parametrize(("said", "means"), [(b"true", True), (b" TRUE ", True), (b"false", False), (b"yes", None), (b"", None)])
def test_x_should_retry(said: bytes, means: bool | None) -> None:  # noqa: FBT001  (a table)
    """Two words are known."""
    assert should_retry({b"x-should-retry": said}) is means
    assert should_retry({}) is None
