"""A Messages answer or error becomes the legacy one of either dialect."""

from __future__ import annotations

import json

import pytest

from yumen.claude.completions import Dialect, LegacyForm, legacy_answer, legacy_error
from yumen.errors import UpstreamRubbish

HUMAN = "\n\nHuman:"
CUMULATIVE = LegacyForm(Dialect.CUMULATIVE, "claude-2")
INCREMENTAL = LegacyForm(Dialect.INCREMENTAL, "claude-2.1")


def message(text: str = "Hello!", **fields: object) -> bytes:
    """Return a Message with one text block between blocks that are not text."""
    blocks = [{"type": "thinking", "thinking": "hm", "signature": "s"}, {"type": "text", "text": text, "citations": None}]
    whole = {"id": "msg_01abc", "type": "message", "model": "claude-haiku-4-5-20251001", "content": blocks, "stop_reason": "end_turn"}
    return json.dumps(whole | {"stop_sequence": None, "usage": {"input_tokens": 1, "output_tokens": 2}} | fields).encode()


def test_the_first_dialect() -> None:
    """Under 2023-01-01 the answer has the seven fields of that time, and the name that was asked."""
    assert json.loads(legacy_answer(message(), CUMULATIVE)) == {
        "completion": " Hello!",
        "stop": HUMAN,
        "stop_reason": "stop_sequence",
        "truncated": False,
        "exception": None,
        "log_id": "compl_01abc",
        "model": "claude-2",
    }


def test_the_second_dialect() -> None:
    """Under 2023-06-01 the answer is a `completion` with an id of its own."""
    assert json.loads(legacy_answer(message(), INCREMENTAL)) == {
        "type": "completion",
        "id": "compl_01abc",
        "completion": " Hello!",
        "stop_reason": "stop_sequence",
        "model": "claude-2.1",
        "stop": HUMAN,
        "log_id": "compl_01abc",
    }


@pytest.mark.parametrize(
    ("reason", "sequence", "legacy"),
    [
        ("end_turn", None, ("stop_sequence", HUMAN)),
        ("stop_sequence", "END", ("stop_sequence", "END")),
        ("stop_sequence", HUMAN, ("stop_sequence", HUMAN)),
        ("max_tokens", None, ("max_tokens", None)),
        ("model_context_window_exceeded", None, ("max_tokens", None)),
        ("refusal", None, ("refusal", None)),
    ],
)
def test_stop_reasons(reason: str, sequence: str | None, legacy: tuple[str, str | None]) -> None:
    """Each reason has its word of 2023; one that 2023 did not know keeps its own."""
    for form in (CUMULATIVE, INCREMENTAL):
        answer = json.loads(legacy_answer(message(stop_reason=reason, stop_sequence=sequence), form))
        assert (answer["stop_reason"], answer["stop"]) == legacy


@pytest.mark.parametrize(
    ("text", "prefilled", "completion"),
    [("Hello", False, " Hello"), (" Hello", False, " Hello"), ("\nHello", False, "\nHello"), ("", False, ""), ("B)", True, "B)")],
)
def test_the_leading_space(text: str, prefilled: bool, completion: str) -> None:  # noqa: FBT001  (a column of the table)
    """An answer begins with a space, unless it has one or goes on with what the prompt began."""
    form = LegacyForm(Dialect.CUMULATIVE, "claude-2", prefilled)
    assert json.loads(legacy_answer(message(text), form))["completion"] == completion


@pytest.mark.parametrize("body", [b"", b"<html>", b"[]", b"{}", message(stop_reason=None), message(content="text")])
def test_what_is_no_message_is_refused(body: bytes) -> None:
    """An answer that is not a whole Message is the upstream's fault, never an empty completion."""
    with pytest.raises(UpstreamRubbish):
        legacy_answer(body, CUMULATIVE)


ERROR = b'{"type":"error","error":{"type":"rate_limit_error","message":"slow","details":{"a":1}},"request_id":"req_1"}'


@pytest.mark.parametrize(
    ("body", "bare"),
    [
        (ERROR, b'{"error":{"type":"rate_limit_error","message":"slow","details":{"a":1}}}'),
        (b"<html>", b"<html>"),
        (b"{}", b"{}"),
        (b"", b""),
    ],
)
def test_errors(body: bytes, bare: bytes) -> None:
    """The first dialect has the bare error, the second the whole envelope; what is no error's JSON stays as it is."""
    assert legacy_error(body, Dialect.CUMULATIVE) == bare
    assert legacy_error(body, Dialect.INCREMENTAL) == body
