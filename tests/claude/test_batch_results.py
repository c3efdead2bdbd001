"""Results of a batch are read line by line, whatever the pieces, and whatever else stands there."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yumen.claude import batch_results
from yumen.claude.batch_results import BatchResult, LineCutter, read_batch_result


def succeeded(input_tokens: int, output_tokens: int, model: str = "claude-haiku-4-5") -> bytes:
    """A line of one answered request."""
    usage = {"input_tokens": input_tokens, "output_tokens": output_tokens, "cache_read_input_tokens": 2, "service_tier": "batch"}
    message = {"id": "msg_1", "type": "message", "model": model, "content": [], "usage": usage}
    return json.dumps({"custom_id": "a", "result": {"type": "succeeded", "message": message}}).encode()


def test_an_answer_says_its_model_and_its_usage() -> None:
    """What a succeeded request used is in its line."""
    result = read_batch_result(succeeded(7, 9))
    assert result is not None
    assert (result.kind, result.model) == ("succeeded", "claude-haiku-4-5")
    assert result.usage is not None
    assert (result.usage.input_tokens, result.usage.output_tokens, result.usage.cache_read_tokens) == (7, 9, 2)


@pytest.mark.parametrize("kind", ["errored", "canceled", "expired"])
def test_what_did_not_succeed_used_nothing(kind: str) -> None:
    """Every other result has no usage."""
    assert read_batch_result(json.dumps({"custom_id": "a", "result": {"type": kind}}).encode()) == BatchResult(kind)


@given(st.binary(max_size=200))
def test_what_is_no_result_is_none(line: bytes) -> None:
    """No bytes make the reader fail."""
    result = read_batch_result(line)
    assert result is None or isinstance(result, BatchResult)


@given(st.lists(st.binary(max_size=20).map(lambda line: line.replace(b"\n", b"")), max_size=8), st.data())
def test_lines_are_the_same_however_the_bytes_are_cut(lines: list[bytes], data: st.DataObject) -> None:
    """Pieces may end anywhere."""
    whole = b"".join(line + b"\n" for line in lines)
    cuts = sorted(data.draw(st.lists(st.integers(0, len(whole)), max_size=5)))
    cutter, found = LineCutter(), list[bytes]()
    for start, end in zip([0, *cuts], [*cuts, len(whole)], strict=True):
        found += cutter.feed(whole[start:end])
    assert found + cutter.end() == lines


def test_a_line_without_end_is_the_last(monkeypatch: pytest.MonkeyPatch) -> None:
    """The last line needs no line end; one that is too long comes out empty, and the next is whole again."""
    cutter = LineCutter()
    assert cutter.feed(b"a\nb") == [b"a"]
    assert cutter.end() == [b"b"]
    monkeypatch.setattr(batch_results, "MAX_LINE_BYTES", 4)
    assert cutter.feed(b"12345") == []
    assert cutter.feed(b"678\nok\n") == [b"", b"ok"]
