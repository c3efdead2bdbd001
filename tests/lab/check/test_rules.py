"""Each rule sees what it is for: a good exchange, broken in one place, is remarked by that rule."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import pytest

from yumen.claude.sse import event
from yumen.lab.check import CHECKS, Exchange, Outcome, Probe
from yumen.lab.check.probes import PROBES

BY_NAME = {check.name: check for check in CHECKS}
GOOD: dict[str, Any] = {
    "id": "msg_1",
    "type": "message",
    "role": "assistant",
    "model": "claude-haiku-4-5",
    "content": [{"type": "text", "text": "OK"}],
    "stop_reason": "end_turn",
    "stop_sequence": None,
    "usage": {"input_tokens": 3, "output_tokens": 1},
}
CALL = GOOD | {"stop_reason": "tool_use", "content": [{"type": "tool_use", "id": "toolu_1", "name": "get_weather", "input": {}}]}
START = {"type": "message_start", "message": GOOD | {"content": [], "stop_reason": None}}
OPEN = {"type": "content_block_start", "index": 0, "content_block": {"type": "text", "text": ""}}
PIECE = {"type": "content_block_delta", "index": 0, "delta": {"type": "text_delta", "text": "OK"}}
CLOSE = {"type": "content_block_stop", "index": 0}
DELTA = {"type": "message_delta", "delta": {"stop_reason": "end_turn", "stop_sequence": None}, "usage": {"output_tokens": 1}}
STOP = {"type": "message_stop"}
PING = {"type": "ping"}
STREAM = [START, OPEN, PING, PIECE, CLOSE, DELTA, STOP]
ERROR = {"type": "error", "error": {"type": "invalid_request_error", "message": "max_tokens: Field required"}, "request_id": "req_1"}
PLAIN_HEADERS = (("content-type", "application/json"), ("request-id", "req_1"))


def probe(name: str) -> Probe:
    """Return the request of a check."""
    return next(each for each in PROBES if each.name == BY_NAME[name].probes[0])


def outcome(name: str, body: object, status: int = 200, headers: Sequence[tuple[str, str]] = PLAIN_HEADERS) -> Outcome | None:
    """Judge one exchange by one check."""
    exchange = Exchange(probe(name), status, headers, body if isinstance(body, bytes) else json.dumps(body).encode())
    remark = BY_NAME[name].judge(exchange)
    return None if remark is None else remark.outcome


def wire(events: list[dict[str, Any]]) -> bytes:
    """Return events as bytes."""
    return b"".join(event(each["type"], json.dumps(each).encode()) for each in events)


@pytest.mark.parametrize(
    ("name", "broken"),
    [
        ("message.shape", {name: value for name, value in GOOD.items() if name != "model"}),
        ("message.shape", GOOD | {"role": "user"}),
        ("message.shape", GOOD | {"content": "OK"}),
        ("message.shape", GOOD | {"content": [{"type": "text"}]}),
        ("message.shape", GOOD | {"stop_reason": "length"}),
        ("message.shape", GOOD | {"stop_sequence": "x"}),
        ("message.shape", GOOD | {"usage": {"prompt_tokens": 3, "completion_tokens": 1}}),
        ("message.shape", GOOD | {"usage": {"input_tokens": -3, "output_tokens": 1}}),
        ("message.shape", GOOD | {"usage": {"input_tokens": True, "output_tokens": 1}}),
        ("message.shape", [GOOD]),
        ("message.shape", b"OK"),
        ("message.id", GOOD | {"id": "chatcmpl-1"}),
        ("stop.end_turn", GOOD | {"stop_reason": "tool_use"}),
        ("stop.max_tokens", GOOD | {"stop_reason": "max_tokens", "usage": {"input_tokens": 1, "output_tokens": 4}}),
        ("stop.stop_sequence", GOOD | {"stop_reason": "stop_sequence", "stop_sequence": "z"}),
        ("stop.stop_sequence", GOOD | {"stop_reason": "stop_sequence", "stop_sequence": "O"}),
        ("stop.tool_use", CALL | {"content": [{"type": "tool_use", "id": "toolu_1", "name": "get_weather", "input": "{}"}]}),
        ("stop.tool_use", CALL | {"content": [{"type": "tool_use", "id": "toolu_1", "name": "other", "input": {}}]}),
        ("stop.tool_use", CALL | {"content": []}),
        ("tool.id", CALL | {"content": [{"type": "tool_use", "id": "call_1"}]}),
        ("count.shape", {"input_tokens": "3"}),
        ("models.list", {"data": [{"id": "m", "object": "model"}], "has_more": False, "first_id": "m", "last_id": "m"}),
        ("models.list", {"data": [], "has_more": False, "first_id": "m", "last_id": None}),
        ("models.limit", {"data": [{}, {}]}),
        ("files.list", {"data": {}}),
        ("complete.shape", {"type": "completion", "id": "compl_1", "completion": "OK", "model": "m", "stop_reason": "end_turn"}),
        (
            "complete.first",
            {"completion": "OK", "truncated": False, "log_id": "l", "model": "m", "stop_reason": "stop_sequence", "stop": None},
        ),
        ("complete.first_stream", b'event: completion\ndata: {"completion": "O"}\n\ndata: [DONE]\n\n'),
        ("complete.first_stream", b'data: {"completion": "O"}\n\ndata: {"completion": "K"}\n\ndata: [DONE]\n\n'),
        ("complete.stream", b'event: completion\ndata: {"completion": "O", "stop_reason": "max_tokens"}\n\ndata: [DONE]\n\n'),
    ],
)
def test_broken_answers(name: str, broken: object) -> None:
    """An answer with one thing wrong is remarked."""
    assert outcome(name, broken) is Outcome.FAILED


@pytest.mark.parametrize(
    ("name", "broken"),
    [
        ("stream.names", [START, OPEN, PIECE, CLOSE, DELTA, {"type": "done"}]),
        ("stream.order", STREAM[1:]),
        ("stream.order", STREAM[:-1]),
        ("stream.order", [START, START, *STREAM[1:]]),
        ("stream.order", [START, DELTA, OPEN, PIECE, CLOSE, STOP]),
        ("stream.order", [START, OPEN, PIECE, CLOSE, STOP]),
        ("stream.blocks", [START, PIECE, OPEN, CLOSE, DELTA, STOP]),
        ("stream.blocks", [START, OPEN, OPEN, CLOSE, DELTA, STOP]),
        ("stream.blocks", [START, OPEN, PIECE, DELTA, STOP]),
        ("stream.blocks", [START, OPEN | {"index": 1}, CLOSE | {"index": 1}, DELTA, STOP]),
        ("stream.blocks", [START, DELTA, STOP]),
        ("stream.deltas", [START, OPEN, PIECE | {"delta": {"type": "input_json_delta", "partial_json": ""}}, CLOSE, DELTA, STOP]),
        ("stream.deltas", [START, OPEN, PIECE | {"delta": {"type": "text_delta", "text": None}}, CLOSE, DELTA, STOP]),
        ("stream.start", [START | {"message": GOOD}, *STREAM[1:]]),
        ("stream.start", [START | {"message": {"id": "msg_1"}}, *STREAM[1:]]),
        ("stream.stop_reason", [*STREAM[:-2], DELTA | {"delta": {"stop_reason": None}}, STOP]),
        ("stream.usage", [*STREAM[:-2], DELTA | {"usage": {"output_tokens": 0}}, STOP]),
        ("stream.usage", [*STREAM[:-2], DELTA | {"usage": {"output_tokens": 2}}, DELTA, STOP]),
        ("stream.pings", [PING | {"at": 1}, *STREAM]),
        ("stream.tool", STREAM),
    ],
)
def test_broken_streams(name: str, broken: list[dict[str, Any]]) -> None:
    """A stream with one thing wrong is remarked; the whole one is not."""
    data = wire(broken)
    if name == "stream.names":
        data = data.replace(b"event: done", b"event: message_stop")
    assert outcome(name, data) is Outcome.FAILED
    if name != "stream.tool":
        assert outcome(name, wire(STREAM)) is None


def test_events_without_names() -> None:
    """The SDKs drop events that have no name, so that is a fault; [DONE] is one too."""
    assert outcome("stream.names", wire(STREAM).replace(b"event: ping\n", b"")) is Outcome.FAILED
    assert outcome("stream.names", wire(STREAM) + b"data: [DONE]\n\n") is Outcome.FAILED


@pytest.mark.parametrize(
    ("status", "body", "expected"),
    [
        (400, ERROR, None),
        (200, GOOD, Outcome.FAILED),
        (422, ERROR, Outcome.FAILED),
        (400, {"error": ERROR["error"]}, Outcome.FAILED),
        (400, {"type": "error", "error": "no"}, Outcome.FAILED),
        (400, ERROR | {"error": {"type": "api_error", "message": "no"}}, Outcome.FAILED),
        (400, b"Bad Request", Outcome.FAILED),
    ],
)
def test_refusals(status: int, body: object, expected: Outcome | None) -> None:
    """A refusal has its status, Claude's envelope, and the type that belongs to the status."""
    assert outcome("error.missing", body, status) is expected


def test_headers() -> None:
    """Ids agree, limits are whole, and what cannot be right asks for no retry."""
    assert outcome("error.request_id", ERROR, 400) is None
    assert outcome("error.request_id", ERROR | {"request_id": "req_2"}, 400) is Outcome.FAILED
    assert outcome("error.retry", ERROR, 400, [("x-should-retry", "true")]) is Outcome.FAILED
    limits = [(f"anthropic-ratelimit-requests-{part}", "5") for part in ("limit", "remaining")]
    reset = ("anthropic-ratelimit-requests-reset", "2026-02-25T20:02:32Z")
    assert outcome("message.limits", GOOD, headers=[*limits, reset]) is None
    assert outcome("message.limits", GOOD, headers=limits) is Outcome.FAILED
    assert outcome("message.limits", GOOD, headers=[*limits, (reset[0], "12")]) is Outcome.FAILED
    assert outcome("message.limits", GOOD, headers=[]) is Outcome.NOT_OFFERED
    assert outcome("stream.type", wire(STREAM), headers=[("Content-Type", "text/plain")]) is Outcome.FAILED


@pytest.mark.parametrize(("name", "status"), [("models.list", 404), ("complete.shape", 405), ("count.shape", 501)])
def test_what_is_not_there_is_no_fault(name: str, status: int) -> None:
    """A server may leave out what is optional; one that has it and fails is not excused."""
    assert outcome(name, {"error": "no"}, status) is Outcome.NOT_OFFERED
    assert outcome(name, {"error": "no"}, 500) is Outcome.FAILED
    assert outcome("message.shape", {"error": "no"}, status) is Outcome.FAILED


def test_what_a_model_cannot_is_skipped() -> None:
    """Claude's own refusal of a forced tool speaks of the model; an old server's of a version, of itself."""
    said = {"type": "error", "error": {"type": "invalid_request_error", "message": "tool_choice: not supported for this model."}}
    assert outcome("stop.tool_use", said, 400) is Outcome.SKIPPED
    said = {"type": "error", "error": {"type": "invalid_request_error", "message": "anthropic-version: header is required"}}
    assert outcome("complete.first", said, 400) is Outcome.NOT_OFFERED
