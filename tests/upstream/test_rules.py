"""The table of what follows a failure, row by row, and the order in which the circumstances speak."""

from __future__ import annotations

from itertools import product

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from yumen.claude import ErrorSaid, read_error
from yumen.exchange import Step, Why
from yumen.upstream.rules import (
    ANSWERS,
    LEAST_ANSWER_US,
    TABLE,
    Circumstances,
    Decision,
    Failed,
    Failure,
    Kind,
    Sent,
    decide,
    failed_by,
    pause_us,
    row_of,
)

EASY = Circumstances(made=1, attempts=3, left_us=60_000_000, drawn_us=250_000, longest_us=30_000_000)
"""Nothing speaks against another attempt, and there is one upstream."""
ROWS = list(product(Failed, Sent, (False, True)))


def with_(**changes: object) -> Circumstances:
    """The easy circumstances, but for some."""
    return msgspec.structs.replace(EASY, **changes)


def test_the_table_has_a_row_for_everything_that_can_happen() -> None:
    """No failure is without its row."""
    assert set(TABLE) == set(ROWS)


@pytest.mark.parametrize(("failed", "sent", "seen"), ROWS)
def test_each_row_is_what_is_done(failed: Failed, sent: Sent, seen: bool) -> None:  # noqa: FBT001  (a table)
    """With room for everything, the step is the one that the row's kind names, with one upstream and with another."""
    row = TABLE[failed, sent, seen]
    failure = Failure(failed, sent, seen)
    alone, accompanied = decide(failure, EASY), decide(failure, with_(another=True))
    again, elsewhere, given_up = (
        Decision(Step.AGAIN, row.why, 250_000),
        Decision(Step.ELSEWHERE, row.why),
        Decision(Step.GIVE_UP, row.why),
    )
    expected = {
        Kind.RETRY: (again, elsewhere),
        Kind.ELSEWHERE: (given_up, elsewhere),
        Kind.RENEW: (given_up, elsewhere),
        Kind.RESEND: (given_up, given_up),
        Kind.PASS: (given_up, given_up),
    }
    assert (alone, accompanied) == expected[row.kind]


@pytest.mark.parametrize(("failed", "sent"), list(product(Failed, Sent)))
def test_nothing_follows_once_the_caller_has_seen_something(failed: Failed, sent: Sent) -> None:
    """After the first byte there is no second try, whatever an answer's headers and the settings say."""
    everything = with_(another=True, renewed=True, harmless=True, resend=True)
    for says in (None, True, False):
        assert decide(Failure(failed, sent, seen=True, should_retry=says), everything) == Decision(Step.GIVE_UP, Why.STREAMING)


@pytest.mark.parametrize(
    ("status", "failed"),
    [
        (400, Failed.REFUSED),
        (401, Failed.UNAUTHORIZED),
        (402, Failed.SPENT),
        (403, Failed.REFUSED),
        (404, Failed.REFUSED),
        (408, Failed.SLOW),
        (409, Failed.CONFLICT),
        (413, Failed.REFUSED),
        (422, Failed.REFUSED),
        (429, Failed.LIMITED),
        (500, Failed.TROUBLED),
        (501, Failed.UNABLE),
        (502, Failed.TROUBLED),
        (503, Failed.TROUBLED),
        (504, Failed.TROUBLED),
        (505, Failed.UNABLE),
        (520, Failed.TROUBLED),
        (529, Failed.OVERLOADED),
        (600, Failed.REFUSED),
    ],
)
def test_what_a_status_says(status: int, failed: Failed) -> None:
    """Each status is in its row, and every row of an answer has a status."""
    assert failed_by(status, ErrorSaid()) is failed
    assert failed in ANSWERS


@pytest.mark.parametrize(
    ("status", "body", "spent"),
    [
        (429, b'{"error":{"type":"rate_limit_error","message":"x","details":{"error_code":"enforced_spend_limit_reached"}}}', True),
        (429, b'{"error":{"type":"rate_limit_error","message":"x","details":{"error_code":"contract_spend_limit_reached"}}}', True),
        (429, b'{"error":{"type":"rate_limit_error","message":"x","details":{"error_code":"ramp_limit_exceeded"}}}', False),
        (429, b'{"error":{"type":"rate_limit_error","message":"x","details":null}}', False),
        (429, b'{"error":{"details":{"error_code":7}}}', False),
        (500, b'{"error":{"details":{"error_code":"enforced_spend_limit_reached"}}}', False),
        (400, b'{"error":{"message":"Your credit balance is too low to access the Anthropic API."}}', True),
        (400, b'{"error":{"message":"You have reached your specified workspace API usage limits. You will"}}', True),
        (400, b'{"error":{"message":"max_tokens: Field required"}}', False),
        (429, b"<html>", False),
        (429, b"", False),
        (429, b"[[[[" * 100_000, False),
    ],
)
def test_what_a_body_says_of_money(status: int, body: bytes, spent: bool) -> None:  # noqa: FBT001  (a table)
    """A limit of money is known by its code or its sentence, and rubbish says nothing."""
    assert (failed_by(status, read_error(body)) is Failed.SPENT) is spent


@pytest.mark.parametrize("failed", sorted(ANSWERS))
def test_x_should_retry_true_forces_a_retry_of_any_error(failed: Failed) -> None:
    """But not where money is used up: that is no sooner there because somebody says so."""
    decision = decide(Failure(failed, should_retry=True), EASY)
    assert (decision.step is Step.AGAIN) is (failed is not Failed.SPENT)


@pytest.mark.parametrize("failed", sorted(ANSWERS))
def test_x_should_retry_false_forbids_another_try_there(failed: Failed) -> None:
    """The same upstream does not get it again; another one may, if the error is not the request's own."""
    failure = Failure(failed, should_retry=False)
    assert decide(failure, EASY).step is Step.GIVE_UP
    assert (decide(failure, with_(another=True)).step is Step.ELSEWHERE) is (failed is not Failed.REFUSED)


LIMITED = Failure(Failed.LIMITED)
LOST = Failure(Failed.LOST)


@pytest.mark.parametrize(
    ("failure", "now", "decision"),
    [
        (LIMITED, with_(made=3, another=True), Decision(Step.GIVE_UP, Why.ATTEMPTS)),
        (LIMITED, with_(left_us=LEAST_ANSWER_US - 1, another=True), Decision(Step.GIVE_UP, Why.PATIENCE)),
        (LIMITED, with_(left_us=LEAST_ANSWER_US + 250_000), Decision(Step.AGAIN, Why.LIMITED, 250_000)),
        (LIMITED, with_(left_us=LEAST_ANSWER_US + 249_999), Decision(Step.GIVE_UP, Why.PATIENCE)),
        (LIMITED, with_(left_us=LEAST_ANSWER_US, another=True), Decision(Step.ELSEWHERE, Why.LIMITED)),
        (LIMITED, with_(budget=False), Decision(Step.GIVE_UP, Why.BUDGET)),
        (LIMITED, with_(budget=False, another=True), Decision(Step.ELSEWHERE, Why.LIMITED)),
        (LIMITED, with_(replayable=False, another=True), Decision(Step.GIVE_UP, Why.PIPED)),
        (Failure(Failed.LIMITED, asked_us=2_000_000), EASY, Decision(Step.AGAIN, Why.LIMITED, 2_000_000)),
        (Failure(Failed.LIMITED, asked_us=100), EASY, Decision(Step.AGAIN, Why.LIMITED, 250_000)),
        (Failure(Failed.LIMITED, asked_us=30_000_001), EASY, Decision(Step.GIVE_UP, Why.LIMITED)),
        (Failure(Failed.LIMITED, asked_us=30_000_001), with_(another=True), Decision(Step.ELSEWHERE, Why.LIMITED)),
        (LOST, EASY, Decision(Step.GIVE_UP, Why.LOST)),
        (LOST, with_(another=True), Decision(Step.GIVE_UP, Why.LOST)),
        (LOST, with_(resend=True), Decision(Step.AGAIN, Why.RESENT, 250_000)),
        (LOST, with_(resend=True, another=True), Decision(Step.ELSEWHERE, Why.RESENT)),
        (LOST, with_(harmless=True, resend=True), Decision(Step.AGAIN, Why.BUSY, 250_000)),
        (Failure(Failed.LOST, Sent.NOT), EASY, Decision(Step.AGAIN, Why.NOT_SENT, 250_000)),
        (Failure(Failed.LOST, Sent.NOT), with_(replayable=False), Decision(Step.GIVE_UP, Why.PIPED)),
        (Failure(Failed.UNAUTHORIZED), with_(renewed=True), Decision(Step.AGAIN, Why.REFUSED_CREDENTIAL)),
        (Failure(Failed.UNAUTHORIZED), with_(renewed=True, made=3, left_us=0), Decision(Step.AGAIN, Why.REFUSED_CREDENTIAL)),
        (Failure(Failed.UNAUTHORIZED), with_(renewed=True, replayable=False), Decision(Step.GIVE_UP, Why.PIPED)),
        (Failure(Failed.UNAUTHORIZED, should_retry=True), EASY, Decision(Step.AGAIN, Why.BUSY, 250_000)),
        (Failure(Failed.UNAUTHORIZED), with_(made=3, another=True), Decision(Step.GIVE_UP, Why.ATTEMPTS)),
    ],
)
def test_what_speaks_against_another_attempt(failure: Failure, now: Circumstances, decision: Decision) -> None:
    """Attempts, patience, budget, the longest pause, a body that has passed: each ends it with its own reason."""
    assert decide(failure, now) == decision


failures = st.builds(
    Failure,
    st.sampled_from(Failed),
    st.sampled_from(Sent),
    st.booleans(),
    st.sampled_from([None, True, False]),
    st.integers(0, 10**12),
)
circumstances = st.builds(
    Circumstances,
    made=st.integers(1, 5),
    attempts=st.integers(1, 5),
    left_us=st.integers(-(10**9), 10**9),
    drawn_us=st.integers(0, 10**8),
    longest_us=st.integers(1, 10**8),
    another=st.booleans(),
    renewed=st.booleans(),
    budget=st.booleans(),
    replayable=st.booleans(),
    harmless=st.booleans(),
    resend=st.booleans(),
)


@given(failures, circumstances)
def test_what_holds_for_every_decision(failure: Failure, now: Circumstances) -> None:
    """Whatever happens: no step that circumstances forbid, no pause but between what was asked and what may be, no silent second charge."""
    decision = decide(failure, now)
    retries = decision.step in (Step.AGAIN, Step.ELSEWHERE)
    assert decision.step is not Step.DONE
    if not retries:
        assert decision.wait_us == 0
        return
    assert now.replayable
    assert not failure.seen
    assert decision.step is Step.AGAIN or now.another
    if row_of(failure).kind is Kind.RENEW and now.renewed:
        return
    assert now.made < now.attempts
    assert decision.wait_us + LEAST_ANSWER_US <= now.left_us
    if failure.failed is Failed.LOST and failure.sent is Sent.WHOLLY:
        assert now.harmless or (now.resend and decision.why is Why.RESENT)
    if decision.step is Step.AGAIN:
        assert now.budget
        assert not now.another
        assert failure.asked_us <= decision.wait_us
        assert decision.wait_us <= max(now.longest_us, now.drawn_us)


@given(st.integers(1, 10**6), st.integers(1, 10**9), st.integers(1, 10**9), st.floats(0, 1, exclude_max=True))
def test_a_pause_is_drawn_from_the_whole_of_its_bound(made: int, first_us: int, longest_us: int, drawn: float) -> None:
    """Full jitter: from none up to the bound, which doubles with every attempt and ends at the longest."""
    bound_us = min(longest_us, first_us * 2 ** min(made - 1, 64))
    assert pause_us(made, first_us, longest_us, 0.0) == 0
    assert 0 <= pause_us(made, first_us, longest_us, drawn) <= bound_us
    assert pause_us(made, first_us, longest_us, 1 - 2**-53) >= bound_us - 1
