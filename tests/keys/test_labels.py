"""Cost-centre labels: what one may be, and which one a request names."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yumen.errors import InvalidRequest
from yumen.http.head import Head
from yumen.keys.labels import MAX_CHARACTERS, is_label, label_of


def named(*values: bytes) -> str | None:
    """The label that a head with those header values names."""
    return label_of(Head([(b"host", b"h"), *((b"X-Yumen-Label", value) for value in values)]))


@pytest.mark.parametrize("text", ["research", "4711", "研发中心", "a b", "x" * MAX_CHARACTERS])
def test_what_a_label_is(text: str) -> None:
    """Printable text of any language, within its length."""
    assert is_label(text)
    assert named(text.encode()) == text


@pytest.mark.parametrize("text", ["", " a", "a ", "x" * (MAX_CHARACTERS + 1), "a\tb", "a\x1b[2J", "a\u200bb", "a\u202eb"])
def test_what_a_label_is_not(text: str) -> None:
    """Nothing, too much, spaces at the ends, and what cannot be seen."""
    assert not is_label(text)


def test_no_header_no_label() -> None:
    """Most requests name none; one that names the same twice names it."""
    assert named() is None
    assert named(b"ops", b"ops") == "ops"


@pytest.mark.parametrize("values", [[b""], [b"\xff"], [b"a\tb"], [b"a", b"b"], [b"x" * 65]])
def test_a_bad_label_is_a_400(values: list[bytes]) -> None:
    """Two labels, or one that is none, is the caller's mistake; the sentence says what a label is and repeats nothing."""
    with pytest.raises(InvalidRequest, match="x-yumen-label: a label has 1 to 64") as caught:
        named(*values)
    assert (caught.value.status, caught.value.error_type) == (400, "invalid_request_error")


@given(st.binary(max_size=200))
def test_any_bytes_are_a_label_or_a_400(value: bytes) -> None:
    """Nothing else comes of a header."""
    try:
        label = named(value)
    except InvalidRequest:
        return
    assert label is not None
    assert is_label(label)
