"""Entries, openings and exchanges for the ledger's tests, and a clock that jumps."""

from types import SimpleNamespace

import msgspec

from yumen.claude import RequestView, Usage, find_endpoint
from yumen.clock import Clock
from yumen.exchange import Attempt, Candidate, Cost, Outcome, Principal, State
from yumen.ledger import Entry, Kind, Opened

START_US = 1_764_000_000_000_000


class JumpingClock(Clock):
    """A clock that stands still until it is told to jump."""

    __slots__ = ("us",)

    def __init__(self) -> None:
        self.us = START_US

    def now_ns(self) -> int:
        """The wall time."""
        return self.us * 1000

    def elapsed_ns(self) -> int:
        """The monotonic time."""
        return self.us * 1000


def make_entry(number: int = 0, **fields: object) -> Entry:
    """An entry whose id and time follow from its number."""
    plain = Entry(
        request_id=f"req_{number:024}",
        time_us=START_US + number,
        kind=Kind.EXCHANGE,
        key_id="apikey_1",
        environment="production",
        workspace_id="default",
        method="POST",
        path="/v1/messages",
        model="claude-opus-5-5",
        model_answered="claude-opus-5-5",
        stream=False,
        status=200,
        outcome=Outcome.ANSWERED,
        fault=None,
        attempts=1,
        prompt_characters=12,
        prompt_bytes=14,
        input_tokens=10,
        output_tokens=20,
        cost_nanousd=440_000,
        price_version="test",
        caller="127.0.0.1",
    )
    return msgspec.structs.replace(plain, **fields)


def make_opened(number: int = 0, **fields: object) -> Opened:
    """The opening of the exchange that `make_entry` ends."""
    plain = Opened(
        request_id=f"req_{number:024}",
        time_us=START_US + number,
        key_id="apikey_1",
        environment="production",
        workspace_id="default",
        method="POST",
        path="/v1/messages",
        model="claude-opus-5-5",
        stream=False,
        prompt_characters=12,
        prompt_bytes=14,
        upstream="claude",
        billable=True,
    )
    return msgspec.structs.replace(plain, **fields)


def make_exchange(number: int = 0, **fields: object) -> SimpleNamespace:
    """Something with the fields of an exchange that has ended well."""
    match = find_endpoint("POST", "/v1/messages")
    assert match is not None
    request = SimpleNamespace(
        method="POST", path="/v1/messages", peer="127.0.0.1", header=lambda name: b"agent/1" if name == b"user-agent" else None
    )
    plain = {
        "request_id": f"req_{number:024}",
        "started_us": START_US + number,
        "request": request,
        "endpoint": match.endpoint,
        "principal": Principal("apikey_1", "first", "production", "default"),
        "view": RequestView(model="claude-opus-5-5", max_tokens=100, prompt_characters=12, prompt_bytes=14),
        "candidates": (Candidate("claude", "claude-opus-5-5"),),
        "attempts": [Attempt("claude", 200, 1000)],
        "status": 200,
        "state": State.ANSWERED,
        "outcome": Outcome.ANSWERED,
        "fault": None,
        "usage": Usage(input_tokens=10, output_tokens=20),
        "estimated": False,
        "cost": Cost(440_000, "test"),
        "model_answered": "claude-opus-5-5",
        "stop_reason": "end_turn",
        "upstream_request_id": "req_upstream",
        "received_ns": 1_000_000,
        "read_ns": 1_010_000,
        "admitted_ns": 1_030_000,
        "sent_ns": 1_050_000,
        "first_sent_ns": 1_050_000,
        "head_ns": 4_900_000,
        "candidate": Candidate("claude"),
        "limit_wait_us": 0,
        "limit_note": None,
        "replay_of": None,
        "policy_note": None,
        "first_byte_ns": 5_000_000,
        "duration_ns": 6_000_000,
        "overhead_ns": 57_000,
        "relay": None,
        "quote": None,
    }
    return SimpleNamespace(**(plain | fields))
