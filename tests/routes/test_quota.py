"""What an upstream says of its rate limits."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yumen.routes.quota import NAMES, Left, Quota, moment_us, number, read_lefts

NOW_US = 1_800_000_000_000_000
"""2027-01-15T08:00:00Z."""
SOON, SOON_US = b"2027-01-15T08:00:30Z", NOW_US + 30_000_000


def said(kind: str, limit: bytes, remaining: bytes, reset: bytes = SOON) -> list[tuple[bytes, bytes]]:
    """Return the headers of one limit."""
    parts = {"Limit": limit, "remaining": remaining, "reset": reset}
    return [(f"Anthropic-RateLimit-{kind}-{part}".encode(), value) for part, value in parts.items()]


def test_what_is_left_counts_until_the_reset() -> None:
    """Of the limit of which least is left; after its reset nothing is known of it."""
    quota = Quota()
    quota.note(200, said("requests", b"50", b"25") + said("input-tokens", b"1000", b"100"), NOW_US)
    assert quota.lefts(NOW_US) == {"requests": Left(50, 25, SOON_US), "input-tokens": Left(1000, 100, SOON_US)}
    assert quota.left(NOW_US) == 0.1
    assert quota.exhausted_until_us(NOW_US) == 0
    assert quota.left(SOON_US) is None


def test_nothing_left_is_exhausted_until_the_reset() -> None:
    """Not a microsecond longer."""
    quota = Quota()
    quota.note(200, said("tokens", b"1000", b"0"), NOW_US)
    assert quota.exhausted_until_us(SOON_US - 1) == SOON_US
    assert quota.exhausted_until_us(SOON_US) == 0


@pytest.mark.parametrize(
    ("value", "after_us"), [(b"7", 7_000_000), (b" 7 ", 7_000_000), (b"soon", 1_000_000), (b"-1", 1_000_000), (None, 1_000_000)]
)
def test_a_429_is_exhausted_for_as_long_as_it_asks(value: bytes | None, after_us: int) -> None:
    """A second where it does not say how long."""
    quota = Quota()
    quota.note(429, [] if value is None else [(b"Retry-After", value)], NOW_US)
    assert quota.exhausted_until_us(NOW_US) == NOW_US + after_us
    assert quota.exhausted_until_us(NOW_US + after_us) == 0


def test_an_answer_without_the_headers_takes_nothing_back() -> None:
    """What was said before still holds."""
    quota = Quota()
    quota.note(200, said("tokens", b"1000", b"0"), NOW_US)
    assert quota.exhausted_until_us(NOW_US)
    quota.note(200, [], NOW_US)
    assert quota.exhausted_until_us(NOW_US)


def test_no_reset_shuts_an_upstream_out_for_good() -> None:
    """A day is the longest that is believed."""
    quota = Quota()
    quota.note(429, [*said("tokens", b"1", b"0", b"9999-12-31T23:59:59Z"), (b"retry-after", b"99999999999")], NOW_US)
    assert quota.exhausted_until_us(NOW_US) == NOW_US + 24 * 3600 * 1_000_000


@given(
    st.lists(
        st.tuples(
            st.sampled_from(sorted(NAMES)) | st.binary(max_size=50), st.binary(max_size=40) | st.sampled_from([SOON, b"0", b"9" * 400])
        )
    )
)
def test_malformed_headers_never_hurt(headers: list[tuple[bytes, bytes]]) -> None:
    """Whatever stands there, something sensible is known: numbers that are not negative, and resets within a day."""
    for status in (200, 429):
        quota = Quota()
        quota.note(status, headers, NOW_US)
        for left in quota.lefts(NOW_US).values():
            assert left.remaining >= 0
            assert left.limit is None or left.limit >= 0
            assert NOW_US < left.reset_us <= NOW_US + 24 * 3600 * 1_000_000
        assert quota.left(NOW_US) is None or quota.left(NOW_US) >= 0  # type: ignore[operator]
        quota.exhausted_until_us(NOW_US)


@pytest.mark.parametrize("text", [None, b"", b"x", b"-1", b"1.5", b"\xb2", "²".encode(), b"1" * 16])
def test_what_is_no_whole_number_is_none(text: bytes | None) -> None:
    """Python's own reading takes more than the header may hold."""
    assert number(text) is None


@pytest.mark.parametrize(
    "text", [None, b"", b"tomorrow", b"2027-01-15T08:00:00", b"2027-13-01T00:00:00Z", b"0001-01-01T00:00:00+23:59", b"\xff"]
)
def test_what_is_no_moment_is_none(text: bytes | None) -> None:
    """A time without a zone is none either."""
    assert moment_us(text) is None or text == b"0001-01-01T00:00:00+23:59"


def test_a_limit_without_its_reset_is_not_believed() -> None:
    """It could be counted for ever."""
    assert read_lefts([(b"anthropic-ratelimit-tokens-remaining", b"0")], NOW_US) == {}
