"""The record of one exchange: filled in by the stages on its way, written down at its end."""

from __future__ import annotations

from typing import TYPE_CHECKING

from yumen.exchange.states import MOVES, State

if TYPE_CHECKING:
    from yumen.claude import Endpoint, RequestView, Usage
    from yumen.errors import Fault
    from yumen.exchange.values import Attempt, Candidate, Cost, Outcome, Principal
    from yumen.http import Reply, Request


class Exchange:
    """One request and its answer. Times named `_us` are UTC microseconds, `_ns` monotonic nanoseconds (0: not yet)."""

    __slots__ = (
        "attempts",
        "body",
        "candidates",
        "cost",
        "ended_ns",
        "endpoint",
        "estimated",
        "fault",
        "first_byte_ns",
        "head_ns",
        "model_answered",
        "outcome",
        "principal",
        "read_ns",
        "received_ns",
        "reply",
        "request",
        "request_id",
        "sent_ns",
        "started_us",
        "state",
        "status",
        "stop_reason",
        "upstream_request_id",
        "usage",
        "view",
    )

    def __init__(self, request_id: str, request: Request, reply: Reply, endpoint: Endpoint, started_us: int, received_ns: int) -> None:
        """Open the record of a request whose head has arrived."""
        self.request_id = request_id
        self.request = request
        self.reply = reply
        self.endpoint = endpoint
        self.started_us = started_us
        self.received_ns = received_ns
        self.read_ns = 0
        """When the body was here."""
        self.sent_ns = 0
        """When the request was handed to the upstream's connection."""
        self.head_ns = 0
        """When the head of the upstream's answer was here."""
        self.first_byte_ns = 0
        """When the answer's first byte was handed to the caller's connection."""
        self.ended_ns = 0
        self.state = State.RECEIVED
        self.outcome: Outcome | None = None
        self.fault: Fault | None = None
        self.principal: Principal | None = None
        self.body: bytes | None = None
        """The whole body, None where it is piped."""
        self.view: RequestView | None = None
        self.candidates: tuple[Candidate, ...] = ()
        self.attempts: list[Attempt] = []
        self.status = 0
        """The status that the caller gets, 0: none was sent."""
        self.usage: Usage | None = None
        self.estimated = False
        """Whether `usage` is our estimate rather than the upstream's word."""
        self.cost: Cost | None = None
        self.model_answered: str | None = None
        self.stop_reason: str | None = None
        self.upstream_request_id: str | None = None

    def move(self, state: State) -> None:
        """Move to a state; a move that the table does not have is a defect and raises."""
        if state not in MOVES[self.state]:
            msg = f"no move from {self.state} to {state}"
            raise AssertionError(msg)
        self.state = state

    @property
    def duration_ns(self) -> int:
        """From the request's head to the end."""
        return self.ended_ns - self.received_ns

    @property
    def overhead_ns(self) -> int:
        """What the gateway itself took: from the body's end to the sending, and from the upstream's head to the caller's first byte."""
        before = self.sent_ns - self.read_ns if self.sent_ns and self.read_ns else self.duration_ns
        after = self.first_byte_ns - self.head_ns if self.first_byte_ns and self.head_ns else 0
        return before + after
