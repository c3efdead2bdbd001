"""What follows an attempt that failed: one table of what failed, what was sent and what was seen, and one function that reads it."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

import msgspec

from yumen.exchange.values import Step, Why

if TYPE_CHECKING:
    from yumen.claude import ErrorSaid


class Failed(StrEnum):
    """What an attempt failed with."""

    REFUSED = "refused"
    """an error status that the same request brings again: 400, 403, 404, 413 and all that stand in no other row"""
    UNAUTHORIZED = "unauthorized"
    """401: the upstream does not accept our credential"""
    SPENT = "spent"
    """402, a 429 with a code of a spend limit, a 400 that says that the credit or the limit is used up"""
    UNABLE = "unable"
    """501, 505: the upstream cannot do that"""
    SLOW = "slow"
    """408: the request did not reach the upstream in time"""
    CONFLICT = "conflict"
    """409"""
    LIMITED = "limited"
    """429: the upstream limits us"""
    TROUBLED = "troubled"
    """5xx: the upstream has an error of its own"""
    OVERLOADED = "overloaded"
    """529"""
    UNREACHABLE = "unreachable"
    """no connection: address, proxy, TLS"""
    FULL = "full"
    """every connection that we may have to the upstream is in use"""
    KEYLESS = "keyless"
    """the upstream's credential cannot be had"""
    LOST = "lost"
    """the connection closed, the upstream was silent for too long, or what came is not HTTP"""


class Sent(StrEnum):
    """How much of the request left this process."""

    NOT = "not"
    """Not all of it: nobody can have worked on it."""
    WHOLLY = "wholly"


class Kind(StrEnum):
    """What can be done about a failure, as far as the table knows."""

    RETRY = "retry"
    """another upstream at once, else the same one after a pause"""
    ELSEWHERE = "elsewhere"
    """another upstream at once, else the caller gets it"""
    RENEW = "renew"
    """the credential is fetched anew, once; else another upstream, else the caller gets it"""
    RESEND = "resend"
    """given up, but as `retry` where it costs nothing twice (GET, HEAD, count_tokens) or `retry.resend_lost` says so"""
    PASS = "pass"  # noqa: S105  (no password)
    """the caller gets it"""


class Row(msgspec.Struct, frozen=True):
    """A row's end: what can be done, and the reason that the ledger gives."""

    kind: Kind
    why: Why


_BY_FAILURE: dict[Failed, Row] = {
    Failed.REFUSED: Row(Kind.PASS, Why.FINAL),
    Failed.UNAUTHORIZED: Row(Kind.RENEW, Why.REFUSED_CREDENTIAL),
    Failed.SPENT: Row(Kind.ELSEWHERE, Why.SPENT),
    Failed.UNABLE: Row(Kind.ELSEWHERE, Why.FINAL),
    Failed.SLOW: Row(Kind.RETRY, Why.BUSY),
    Failed.CONFLICT: Row(Kind.RETRY, Why.BUSY),
    Failed.LIMITED: Row(Kind.RETRY, Why.LIMITED),
    Failed.TROUBLED: Row(Kind.RETRY, Why.BUSY),
    Failed.OVERLOADED: Row(Kind.RETRY, Why.BUSY),
    Failed.UNREACHABLE: Row(Kind.RETRY, Why.NOT_SENT),
    Failed.FULL: Row(Kind.ELSEWHERE, Why.NOT_SENT),
    Failed.KEYLESS: Row(Kind.ELSEWHERE, Why.NOT_SENT),
    Failed.LOST: Row(Kind.RETRY, Why.NOT_SENT),
}

TABLE: dict[tuple[Failed, Sent, bool], Row] = {
    **{(failed, sent, False): row for failed, row in _BY_FAILURE.items() for sent in Sent},
    (Failed.LOST, Sent.WHOLLY, False): Row(Kind.RESEND, Why.LOST),
    **{(failed, sent, True): Row(Kind.PASS, Why.STREAMING) for failed in Failed for sent in Sent},
}
"""By what failed, how much was sent, and whether the caller has seen something of an answer."""

ANSWERS = frozenset(Failed) - {Failed.UNREACHABLE, Failed.FULL, Failed.KEYLESS, Failed.LOST}
"""Failures that are an answer: an error status. It is not charged, whatever was sent."""
LEAST_ANSWER_US = 1_000_000
"""A caller that has less patience left than this would not see the answer of another attempt."""
STATUSES = {
    401: Failed.UNAUTHORIZED,
    402: Failed.SPENT,
    408: Failed.SLOW,
    409: Failed.CONFLICT,
    429: Failed.LIMITED,
    501: Failed.UNABLE,
    505: Failed.UNABLE,
    529: Failed.OVERLOADED,
}
FIRST_SERVER_STATUS, LAST_STATUS = 500, 599
SPEND_CODES = frozenset({"enforced_spend_limit_reached", "contract_spend_limit_reached"})
SPENT_SENTENCES = ("Your credit balance is too low", "You have reached your specified")
"""How Claude begins a 400 that no other account's request would get."""
BAD_REQUEST, LIMITING = 400, 429


def failed_by(status: int, said: ErrorSaid) -> Failed:
    """Return what an error answer is a failure of: by its status, and by what its body says."""
    if (status == LIMITING and said.code in SPEND_CODES) or (status == BAD_REQUEST and said.message.startswith(SPENT_SENTENCES)):
        return Failed.SPENT
    known = STATUSES.get(status)
    if known is not None:
        return known
    return Failed.TROUBLED if FIRST_SERVER_STATUS <= status <= LAST_STATUS else Failed.REFUSED


class Failure(msgspec.Struct, frozen=True):
    """How an attempt failed."""

    failed: Failed
    sent: Sent = Sent.WHOLLY
    seen: bool = False
    """Whether the caller has seen something of an answer."""
    should_retry: bool | None = None
    """What the answer's `x-should-retry` says; None: nothing."""
    asked_us: int = 0
    """How long its `retry-after` wants us to wait."""


class Circumstances(msgspec.Struct, frozen=True):
    """What else decides. Times are microseconds."""

    made: int
    """The attempts so far; those that a new credential was fetched after are not counted."""
    attempts: int
    """How many may be made."""
    left_us: int
    """What is left of the caller's patience."""
    drawn_us: int = 0
    """The pause that was drawn."""
    longest_us: int = 0
    """No pause is longer."""
    another: bool = False
    """Whether an upstream that was not tried can be used."""
    renewed: bool = False
    """Whether the credential was fetched anew, and is another."""
    budget: bool = True
    """Whether that upstream's budget has room for a retry."""
    replayable: bool = True
    """Whether the body can be sent again."""
    harmless: bool = False
    """Whether the request costs nothing when it is done twice."""
    resend: bool = False
    """Whether the operator wants lost requests sent again, although both may be charged."""


class Decision(msgspec.Struct, frozen=True):
    """What follows."""

    step: Step
    why: Why
    wait_us: int = 0


def row_of(failure: Failure) -> Row:
    """Return the table's row as `x-should-retry` changes it: `true` makes any refusal worth another try, `false` none at that upstream."""
    row = TABLE[failure.failed, failure.sent, failure.seen]
    if failure.seen or failure.should_retry is None or failure.failed is Failed.SPENT:
        return row
    if failure.should_retry:
        return Row(Kind.RETRY, Why.BUSY) if row.kind in (Kind.PASS, Kind.ELSEWHERE) else row
    return Row(Kind.ELSEWHERE, Why.SPENT) if row.kind is Kind.RETRY else row


def decide(failure: Failure, now: Circumstances) -> Decision:
    """Return what follows a failed attempt. A step that is not taken says why not."""
    row = row_of(failure)
    kind, why = row.kind, row.why
    if kind is Kind.RESEND:
        if not (now.harmless or now.resend):
            return Decision(Step.GIVE_UP, why)
        kind, why = Kind.RETRY, Why.BUSY if now.harmless else Why.RESENT
    if kind is Kind.PASS:
        return Decision(Step.GIVE_UP, why)
    if not now.replayable:
        return Decision(Step.GIVE_UP, Why.PIPED)
    if kind is Kind.RENEW:
        if now.renewed:
            return Decision(Step.AGAIN, why)
        # Another reason, since what follows a renewal is not counted as an attempt.
        kind, why = (Kind.RETRY, Why.BUSY) if failure.should_retry else (Kind.ELSEWHERE, why)
    if kind is Kind.ELSEWHERE and not now.another:
        return Decision(Step.GIVE_UP, why)
    return _another(failure, now, why)


def _another(failure: Failure, now: Circumstances, why: Why) -> Decision:
    """Decide on another attempt that would help: at once where another upstream can make it, else after a pause."""
    if now.made >= now.attempts:
        return Decision(Step.GIVE_UP, Why.ATTEMPTS)
    if now.left_us < LEAST_ANSWER_US:
        return Decision(Step.GIVE_UP, Why.PATIENCE)
    if now.another:
        return Decision(Step.ELSEWHERE, why)
    wait_us = max(now.drawn_us, failure.asked_us)
    against = _against(failure, now, wait_us, why)
    return Decision(Step.AGAIN, why, wait_us) if against is None else Decision(Step.GIVE_UP, against)


def _against(failure: Failure, now: Circumstances, wait_us: int, why: Why) -> Why | None:
    """Return what speaks against another attempt at the same upstream after that pause; None: nothing."""
    if failure.asked_us > now.longest_us:
        return why
    if wait_us + LEAST_ANSWER_US > now.left_us:
        return Why.PATIENCE
    return None if now.budget else Why.BUDGET


def pause_us(made: int, first_us: int, longest_us: int, drawn: float) -> int:
    """Return the pause after so many attempts: full jitter, uniform between none and a bound that doubles. `drawn` is in [0, 1)."""
    return int(min(longest_us, first_us << min(made - 1, 32)) * drawn)
