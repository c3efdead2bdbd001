"""Places of members and elements agree with a JSON parser on any document."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yumen.keys.owners.spans import elements, members

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inside: st.lists(inside, max_size=4) | st.dictionaries(st.text(), inside, max_size=4),
    max_leaves=20,
)


@given(st.dictionaries(st.text(), JSON, max_size=5), st.booleans(), st.sampled_from([None, 2]))
def test_members_are_where_they_are(document: dict[str, object], ascii_only: bool, indent: int | None) -> None:  # noqa: FBT001  (hypothesis)
    """Each member's bytes decode to its value, in order, whatever the escapes and the white space."""
    data = json.dumps(document, ensure_ascii=ascii_only, indent=indent).encode("utf-8", "surrogatepass")
    if b"\xed" in data:
        return
    assert [(span.key, json.loads(data[span.start : span.end])) for span in members(data)] == list(document.items())


@given(st.lists(JSON, max_size=5), st.sampled_from([None, 1]))
def test_elements_are_where_they_are(document: list[object], indent: int | None) -> None:
    """Each element's bytes decode to its value, in order."""
    data = json.dumps(document, indent=indent).encode()
    assert [json.loads(data[span.start : span.end]) for span in elements(data, 0)] == document


@pytest.mark.parametrize("data", [b"", b"[", b'{"a"', b'{"a":', b'{"a":[1', b'{"a" 1}', b"{1:2}", b'{"a":1 2}', b'{"a":{"b":1', b"nothing"])
def test_what_is_no_object_is_refused(data: bytes) -> None:
    """What does not lead from one value to the next raises ValueError, and never loops."""
    with pytest.raises(ValueError):  # noqa: PT011  (the place in the data is all that it says)
        list(members(data))
