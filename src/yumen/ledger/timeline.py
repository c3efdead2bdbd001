"""One request's life as moments: when after its arrival, what happened, how long it took, and why. Pure."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import msgspec

from yumen.exchange.values import Outcome, Step, Why

if TYPE_CHECKING:
    from collections.abc import Iterator

    from yumen.exchange.values import Attempt
    from yumen.ledger import Entry

COLUMNS = ("ms", "took ms", "what happened")
OWN_COLUMNS = ("µs", "in the gateway's own hands")
SCOPES = {
    "organization": "{limit} of the organization",
    "workspace": "{limit} of the workspace",
    "key": "{limit} of the key",
    "member": "{limit} of the member",
    "label": "{limit} of the label",
}
"""Whose a limit can be, as the ledger notes it."""
ENDINGS: dict[Outcome, str] = {
    Outcome.ANSWERED: "It was answered to the end with status {status}.",
    Outcome.REFUSED: "The gateway refused it with status {status}; nothing was sent upstream, nothing is charged.",
    Outcome.ERROR: "The upstream answered with an error, status {status}, for which it charges nothing.",
    Outcome.FAILED: "The upstream could not be reached, did not answer in time, or answered rubbish; the caller got status {status}.",
    Outcome.TRUNCATED: "The answer began and did not reach its end; what was seen of it is charged.",
    Outcome.CANCELLED: "The caller left before the end; what was seen of the answer is charged.",
    Outcome.DRAINED: "The caller left; the answer was read to its end all the same, with status {status}, and is charged.",
    Outcome.REPLAYED: "It got the answer of an earlier request with the same idempotency key; nothing was sent, nothing is charged.",
    Outcome.INTERRUPTED: "The gateway died while it was open; what it may have cost is an estimate.",
}
WHY: dict[Why, str] = {
    Why.ANSWERED: "it is an answer",
    Why.FINAL: "another attempt would bring the same error",
    Why.SPENT: "the upstream's money or quota is used up, or it says that nobody should try again",
    Why.LIMITED: "the upstream limits us for a while",
    Why.BUSY: "the upstream is overloaded, or has an error of its own",
    Why.NOT_SENT: "the request did not wholly reach the upstream, so that nothing can have been charged",
    Why.REFUSED_CREDENTIAL: "the upstream did not accept the credential",
    Why.LOST: "it was sent and no answer came: the upstream may have charged it, and it is not sent twice",
    Why.RESENT: "it was sent and no answer came, and retry.resend_lost says to send it again: the upstream may have charged twice",
    Why.ATTEMPTS: "as many attempts were made as retry.attempts allows",
    Why.PATIENCE: "the caller would be gone before another attempt could begin",
    Why.BUDGET: "too many requests are being retried at that upstream already",
    Why.PIPED: "the body has passed through and cannot be sent again",
    Why.STREAMING: "the caller has seen the answer's beginning",
}
STEP: dict[Step, str] = {
    Step.DONE: "the caller gets it",
    Step.AGAIN: "so again at the same upstream",
    Step.ELSEWHERE: "so at another upstream",
    Step.GIVE_UP: "no further attempt",
}


class Moment(msgspec.Struct, frozen=True):
    """Something that happened. `event` is its name for programs; the sentence and its values are for eyes."""

    event: str
    at_us: int | None
    sentence: str
    values: dict[str, object] = {}
    took_us: int | None = None
    why: tuple[Why, Step] | None = None
    """Of an attempt: what its end meant, and what followed."""


def timeline(entry: Entry, key_name: str) -> Iterator[Moment]:
    """Yield what happened to a request, in order."""
    yield arrived(entry, key_name)
    times = entry.times
    if times.read_us is not None:
        yield Moment("read", times.read_us, "its body was here", took_us=times.read_us)
    if entry.limit_note is not None:
        yield from limited(entry, entry.limit_note)
    if times.admitted_us is not None:
        yield Moment("admitted", times.admitted_us, "it was admitted")
    if entry.policy_note is not None:
        yield Moment("checked", None, "policy: {note}", {"note": entry.policy_note})
    yield from all_attempts(entry)
    if entry.replay_of is not None:
        yield Moment("replayed", None, "its answer is that of {request}", {"request": entry.replay_of})
    if entry.ttft_us is not None:
        yield Moment("first_byte", entry.ttft_us, "the answer's first byte left")
    if entry.outcome is not Outcome.INTERRUPTED:
        yield Moment("ended", entry.duration_us, "it ended")


def all_attempts(entry: Entry) -> Iterator[Moment]:
    """Yield each attempt, and what stands for those that are not written."""
    number = 0
    for attempt in entry.tries:
        number += 1
        if attempt.upstream:
            yield from attempted(entry, attempt, number)
        else:
            number += entry.attempts - len(entry.tries)
            yield Moment(
                "left_out",
                None,
                "{count} attempts stand here that the journal had no room for",
                {"count": entry.attempts - len(entry.tries) + 1},
            )
    if entry.attempts and not entry.tries:
        yield Moment("unwritten", None, "{count} attempts, which the gateway of then did not write one by one", {"count": entry.attempts})


def arrived(entry: Entry, key_name: str) -> Moment:
    """Return its arrival; of one whose end nobody saw the address is not known."""
    asker: dict[str, object] = {"caller": entry.caller, "key": key_name, "key_id": entry.key_id, "environment": entry.environment}
    if not entry.caller:
        return Moment("arrived", 0, "it came by key {key} ({key_id}, {environment})", asker)
    return Moment("arrived", 0, "it came from {caller} by key {key} ({key_id}, {environment})", asker)


def limited(entry: Entry, note: str) -> Iterator[Moment]:
    """Yield what a limit did to it."""
    if entry.limit_wait_us:
        begun_us = None if entry.times.admitted_us is None else max(entry.times.admitted_us - entry.limit_wait_us, 0)
        yield Moment("waited", begun_us, "it waited for room in {limit}", {"limit": note}, entry.limit_wait_us)
    if entry.times.admitted_us is None:
        yield Moment("refused", entry.duration_us, "{limit} had no room", {"limit": note})


def attempted(entry: Entry, attempt: Attempt, number: int) -> Iterator[Moment]:
    """Yield an attempt's beginning, its end, and the pause that followed."""
    asked = {"number": number, "upstream": attempt.upstream, "model": attempt.model or entry.model or "–"}
    if entry.outcome is Outcome.INTERRUPTED and number == entry.attempts:
        yield Moment("attempt", None, "attempt {number} at {upstream}, which is asked for {model}", asked)
        return
    yield Moment("attempt", attempt.begun_us, "attempt {number} at {upstream}, which is asked for {model}", asked)
    ended_us, meaning = attempt.begun_us + attempt.duration_us, (attempt.why, attempt.step)
    if attempt.status is not None:
        yield Moment("status", ended_us, "status {status}", {"status": attempt.status}, attempt.duration_us, meaning)
    else:
        yield Moment("fault", ended_us, "no status: {fault}", {"fault": attempt.fault or "–"}, attempt.duration_us, meaning)
    if attempt.wait_us:
        yield Moment("pause", ended_us, "a pause before the next attempt", took_us=attempt.wait_us)


class Share(msgspec.Struct, frozen=True):
    """A part of what the gateway itself took; `part` is its name for programs."""

    part: str
    sentence: str
    us: int


def overhead(entry: Entry) -> list[Share]:
    """Return the parts of the gateway's own time; together they are `overhead_us`."""
    times, tries = entry.times, entry.tries
    before = after = between = 0
    if tries and times.read_us is not None:
        before = max(tries[0].begun_us - times.read_us - entry.limit_wait_us, 0)
        pairs = [(one, later) for one, later in pairwise(tries) if one.upstream and later.upstream]
        between = sum(max(later.begun_us - one.begun_us - one.duration_us - one.wait_us, 0) for one, later in pairs)
    if times.head_us is not None and entry.ttft_us is not None:
        after = max(entry.ttft_us - times.head_us, 0)
    left, shares = entry.overhead_us, []
    for share in (
        Share("before", "from the body's end to the first attempt, without waiting", before),
        Share("between", "between attempts, without the pauses", between),
        Share("after", "from the answer's head to its first byte", after),
        Share("rest", "handing it over, and what cannot be told apart", left),
    ):
        us = min(share.us, left)  # each was rounded by itself
        left -= us
        shares.append(msgspec.structs.replace(share, us=us))
    return [share for share in shares if share.us]
