"""The record of one exchange: filled in by the stages on its way, written down at its end."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from yumen.claude import NOTHING
from yumen.errors import CallerLeft, Fault, Internal, ShuttingDown
from yumen.exchange.overhead import overhead_ns
from yumen.exchange.states import MOVES, UNSENT, State
from yumen.exchange.values import Outcome
from yumen.http import SHUTDOWN

if TYPE_CHECKING:
    from yumen.claude import Match, RequestView, Tap, Usage
    from yumen.clock import Clock
    from yumen.exchange.answering import Answering
    from yumen.exchange.early import Early
    from yumen.exchange.edits import Edit
    from yumen.exchange.leaving import Leaving, Shared
    from yumen.exchange.relay import Relay
    from yumen.exchange.screening import Listener, Screening
    from yumen.exchange.turn import Turn
    from yumen.exchange.values import Attempt, Candidate, Cost, Hold, Principal, Quote, Target
    from yumen.http import Headers, Reply, Request
    from yumen.storage import Spool

FIRST_ERROR_STATUS = 400


class Exchange:
    """One request and its answer. Times named `_us` are UTC microseconds, `_ns` monotonic nanoseconds (0: not yet)."""

    __slots__ = (
        "admitted_ns",
        "api_version",
        "attempts",
        "body",
        "body_taken",
        "caller_left",
        "candidate",
        "candidates",
        "clock",
        "connecting_ns",
        "connection",
        "cost",
        "early",
        "edit",
        "ended_ns",
        "endpoint",
        "estimated",
        "fault",
        "first_byte_ns",
        "first_sent_ns",
        "head_ns",
        "hold",
        "leaving",
        "limit_note",
        "limit_wait_us",
        "listeners",
        "made",
        "max_body_bytes",
        "model_answered",
        "most_attempts",
        "outcome",
        "output_estimate_tokens",
        "path",
        "pinned",
        "policy_note",
        "principal",
        "quote",
        "read_ns",
        "received",
        "received_ns",
        "relay",
        "renamed",
        "replay_of",
        "reply",
        "request",
        "request_id",
        "resource_id",
        "screening",
        "sent_ns",
        "session",
        "session_wait_us",
        "settling",
        "shared",
        "shown",
        "signed_by",
        "spool",
        "started_us",
        "state",
        "status",
        "stop_reason",
        "tap",
        "target",
        "turn",
        "upstream_request_id",
        "usage",
        "view",
    )

    def __init__(self, request: Request, reply: Reply, match: Match, clock: Clock) -> None:  # noqa: PLR0915  (a statement a field)
        """Open the record of a request whose head has arrived."""
        self.request = request
        self.reply = reply
        self.endpoint = match.endpoint
        self.path = match.path
        """The path for the upstream, aliases resolved."""
        self.resource_id = match.resource_id
        self.clock = clock
        self.request_id = clock.new_id("req_")
        self.started_us = clock.now_us()
        self.received_ns = clock.elapsed_ns()
        self.read_ns = 0
        """When the body was here."""
        self.admitted_ns = 0
        """When the limits had room for it."""
        self.sent_ns = 0
        """When the last attempt's request was handed to the upstream's connection; 0 while nothing is under way."""
        self.first_sent_ns = 0
        """The same of the first attempt."""
        self.signed_by: object = None
        """What the last attempt's request was signed with, where the upstream's dialect keeps that itself."""
        self.connecting_ns = 0
        """How long its attempts waited for a connection, together: that is the upstream's time, not the gateway's."""
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
        """What is sent to the upstream; None where it is spooled or piped."""
        self.body_taken = False
        """Whether a part of a piped body has passed: it cannot be sent again."""
        self.renamed: tuple[str, bytes] | None = None
        """The model and the body of the last attempt that had to name another one than the caller did."""
        self.received: bytes | None = None
        """The caller's body, where `body` is its translation."""
        self.max_body_bytes = 0
        self.spool: Spool | None = None
        self.api_version: bytes | None = None
        """What the upstream gets as `anthropic-version`; None: what the caller sent."""
        self.made: list[bytes] = []
        """Parts of the answer that name things which it made: their owner must be written down."""
        self.view: RequestView = NOTHING
        """What was read of the caller's body."""
        self.edit: Edit | None = None
        """How the answer must be changed, None: not at all."""
        self.screening: Screening | None = None
        """What policy does to its answer; None: nothing, the bytes pass."""
        self.listeners: list[Listener] = []
        """Who hears its answer as the upstream gave it."""
        self.policy_note: str | None = None
        """What policies found in it and did about it, in a few words that hold nothing of what was found."""
        self.pinned: str | None = None
        """The one upstream that has the things which the request names; None: any will do."""
        self.candidates: tuple[Candidate, ...] = ()
        self.candidate: Candidate | None = None
        """The one of them that the last attempt went, or goes, to."""
        self.session: bytes | None = None
        """What is the same for all requests of its conversation; None: nobody asked yet."""
        self.quote: Quote | None = None
        """What it may use; None where no limit asks."""
        self.hold: Hold | None = None
        """What was reserved of the limits; None where nothing was."""
        self.shown: Headers = []
        """What the answer says of the limits and the environment, as headers; of a refusal as well."""
        self.turn: Turn | None = None
        """The turn of a stored conversation that it is; None: it is a request by itself."""
        self.session_wait_us = 0
        """How long it waited for the turn before it."""
        self.limit_wait_us = 0
        """How long it waited for room in the limits."""
        self.limit_note: str | None = None
        """The limit that it waited for, or that refused it, in a few words."""
        self.settling: asyncio.Future[None] | None = None
        """The end of settling, where the store of the limits is not in this process: the last bytes wait for it, within a time-out."""
        self.target: Target | None = None
        self.connection: Answering | None = None
        """What the answer comes by."""
        self.shared: Shared | None = None
        """What takes the answer along, for repeated requests."""
        self.leaving: Leaving | None = None
        """What becomes of it when the caller has gone; None: it is given up."""
        self.caller_left = False
        """Whether the caller has gone, and its answer is read on all the same."""
        self.early: Early | None = None
        """What begins the stream before there is an answer; None: nothing does."""
        self.replay_of: str | None = None
        """The request whose answer this one got, by its idempotency key."""
        self.relay: Relay | None = None
        self.tap: Tap | None = None
        """What reads the answer along, while it comes."""
        self.most_attempts: int | None = None
        """How many attempts its caller leaves to us; None: it does not say."""
        self.attempts: list[Attempt] = []
        self.status = 0
        """The status that the caller gets, 0: none was sent. Of an error in a stream that was begun early: what it would have been."""
        self.usage: Usage | None = None
        self.estimated = False
        """Whether `usage` is incomplete, so that the rest of it must be our estimate."""
        self.output_estimate_tokens = 0
        """Where `estimated`: the tokens of the answer's text that was seen."""
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

    def fail(self, error: BaseException) -> None:
        """End it because of a fault, a caller that left, a shutdown, or an error that nobody foresaw."""
        fault = as_fault(error)
        self.fault = fault
        if isinstance(fault, CallerLeft):
            self.outcome = Outcome.CANCELLED
        elif self.state in UNSENT:
            self.outcome = Outcome.REFUSED
        else:
            self.outcome = Outcome.TRUNCATED if self.state is State.STREAMING else Outcome.FAILED
        if self.state is not State.STREAMING:
            self.status = fault.status
        self.move(State.REFUSED if self.state in UNSENT else State.BROKEN)

    def answer(self) -> None:
        """Note that the answer is whole."""
        left = Outcome.DRAINED if self.caller_left else Outcome.ANSWERED
        self.outcome = left if self.status < FIRST_ERROR_STATUS else Outcome.ERROR
        self.first_byte_ns = self.first_byte_ns or self.clock.elapsed_ns()
        self.move(State.ANSWERED)

    def replayed(self, request_id: str) -> None:
        """Note that the answer is that of an earlier request, and whole."""
        self.replay_of = request_id
        self.outcome = Outcome.REPLAYED
        self.first_byte_ns = self.first_byte_ns or self.clock.elapsed_ns()
        self.move(State.ANSWERED)

    @property
    def duration_ns(self) -> int:
        """From the request's head to the end."""
        return self.ended_ns - self.received_ns

    @property
    def overhead_ns(self) -> int:
        """What the gateway itself took of the time: what it waited for is not in it, be it the caller, a limit, a pause or an upstream."""
        return overhead_ns(self)


def as_fault(error: BaseException) -> Fault:
    """Return what an error is in the house's tree of faults."""
    if isinstance(error, Fault):
        return error
    if isinstance(error, asyncio.CancelledError):
        return ShuttingDown() if SHUTDOWN in error.args else CallerLeft()
    return Internal()
