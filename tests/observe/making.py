"""Something with the fields of a finished exchange, and a place to read what was logged."""

import io
from types import SimpleNamespace

from yumen.claude import RequestView, Usage, find_endpoint
from yumen.exchange import Attempt, Cost, Outcome, Principal

START_US = 1_764_000_000_123_456


def make_exchange(number: int = 0, **fields: object) -> SimpleNamespace:
    """An exchange that ended well."""
    match = find_endpoint("POST", "/v1/messages")
    assert match is not None
    request = SimpleNamespace(method="POST", path="/v1/messages", header=lambda _: None)
    plain = {
        "request_id": f"req_{number}",
        "request": request,
        "endpoint": match.endpoint,
        "view": RequestView(model="claude-opus-5-5", max_tokens=100, prompt_characters=12, prompt_bytes=14),
        "principal": Principal("apikey_1", "first", "production", "default"),
        "attempts": [Attempt("claude", 200, 1)],
        "status": 200,
        "outcome": Outcome.ANSWERED,
        "fault": None,
        "usage": Usage(input_tokens=10, output_tokens=20),
        "estimated": False,
        "cost": Cost(440_500, "test"),
        "model_answered": "claude-opus-5-5",
        "stop_reason": "end_turn",
        "upstream_request_id": "req_upstream",
        "started_us": START_US,
        "received_ns": 1_000_000,
        "sent_ns": 1_050_000,
        "first_byte_ns": 5_000_000,
        "duration_ns": 834_000_000,
        "overhead_ns": 57_000,
        "replay_of": None,
        "limit_wait_us": 0,
    }
    return SimpleNamespace(**(plain | fields))


class Console(io.StringIO):
    """A console that can be read after it was closed."""
