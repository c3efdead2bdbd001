"""The requests of a batch are read one by one, whatever the pieces, and what is no batch is refused in one sentence."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yumen.claude import batch_requests as module
from yumen.claude.batch_requests import batch_requests
from yumen.errors import InvalidRequest

TURN = {"role": "user", "content": "你好 😀 {}"}
PARAMS = [{"model": "claude-haiku-4-5", "max_tokens": number, "messages": [TURN]} for number in range(3)]
BODY = json.dumps({"requests": [{"custom_id": str(number), "params": params} for number, params in enumerate(PARAMS)]}).encode()


@given(st.integers(1, len(BODY)))
def test_every_request_comes_out_whole(size: int) -> None:
    """Pieces may end anywhere, inside an escape as well."""
    pieces = [BODY[start : start + size] for start in range(0, len(BODY), size)]
    assert [json.loads(params) for params in batch_requests(pieces)] == PARAMS


@pytest.mark.parametrize("body", [b"{", b'{"requests": [{"params": {"a": }}]}', b'{"requests": [{"params": "\xff"}]}', b""])
def test_what_is_no_json_is_refused(body: bytes) -> None:
    """A broken body gets one sentence."""
    with pytest.raises(InvalidRequest, match="not a valid JSON object"):
        list(batch_requests([body]))


def test_a_key_that_stands_twice_is_refused() -> None:
    """A model that stands twice could be priced as one and answered as the other; an escape does not hide it."""
    body = b'{"requests": [{"params": {"model": "a", "mod\\u0065l": "b"}}]}'
    with pytest.raises(InvalidRequest, match="the key model stands more than once"):
        list(batch_requests([body]))


def test_there_are_at_most_so_many(monkeypatch: pytest.MonkeyPatch) -> None:
    """More requests than Claude takes are not read to their end."""
    monkeypatch.setattr(module, "MAX_REQUESTS", 2)
    with pytest.raises(InvalidRequest, match="at most 2 items"):
        list(batch_requests([BODY]))


def test_half_a_character_is_no_obstacle() -> None:
    """JSON may hold half of a surrogate pair; the request is read all the same."""
    (params,) = batch_requests([b'{"requests": [{"params": {"model": "m", "system": "\\ud83d"}}]}'])
    assert json.loads(params)["model"] == "m"


@pytest.mark.parametrize("body", [b"[]", b"{}", b'{"requests": {}}', b'{"requests": [1, {"params": 2}]}'])
def test_another_form_is_the_upstreams_matter(body: bytes) -> None:
    """Valid JSON that is no batch yields what there is, for the upstream to refuse."""
    assert all(params == b"2" for params in batch_requests([body]))
