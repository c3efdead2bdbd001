"""What a key means, what follows for a repeated request, and what becomes of the first one's answer: pure."""

from __future__ import annotations

import re
from enum import StrEnum
from typing import TYPE_CHECKING

from yumen.exchange.values import Outcome
from yumen.idempotency.values import Reason, State

if TYPE_CHECKING:
    from collections.abc import Collection

    from yumen.idempotency.values import Row

_KEY = re.compile(rb"[!-~]{1,255}")
DIFFERENT = "x-yumen-idempotency-key and Idempotency-Key carry two different keys: send one, or the same in both."
MALFORMED = "An idempotency key has 1 to 255 visible ASCII characters and no spaces; a random UUID is a good one."
PIPED = "An idempotency key is not taken for a body that passes through without being kept, as a file's does: send it without the key."

FIRST_FAULT_STATUS = 300
OK = 200


class Bad(StrEnum):
    """Why a key cannot be taken, in a sentence for the caller."""

    DIFFERENT = DIFFERENT
    MALFORMED = MALFORMED


def read_key(own: Collection[bytes], common: Collection[bytes]) -> bytes | Bad | None:
    """Return the key of the values of `x-yumen-idempotency-key` and `Idempotency-Key`; None: there is none."""
    keys = {*own, *common}
    if not keys:
        return None
    if len(keys) > 1:
        return Bad.DIFFERENT
    key = keys.pop()
    return key if _KEY.fullmatch(key) else Bad.MALFORMED


class Next(StrEnum):
    """What a repeated request gets."""

    OTHER_BODY = "other_body"
    """A refusal: it is not the same request."""
    WAIT = "wait"
    """The first one is under way elsewhere."""
    REPLAY = "replay"
    NOTHING = "nothing"
    """A refusal: the first one may have been charged, and its answer is not there."""


def judge(row: Row, body_hash: bytes, now_us: int) -> tuple[Next, Reason | None]:
    """Return what a repeated request gets, by what is stored of the first; with a reason where that is nothing."""
    if row.body_hash != body_hash:
        return Next.OTHER_BODY, None
    if row.state is State.ANSWERED:
        return Next.REPLAY, None
    if row.state is State.UNANSWERED:
        return Next.NOTHING, row.reason
    return (Next.WAIT, None) if row.lease_until_us > now_us else (Next.NOTHING, Reason.DIED)


class Fate(StrEnum):
    """What becomes of the answer of a first request."""

    KEEP = "keep"
    """It is kept, if it comes to its end."""
    FORGET = "forget"
    """Nothing was charged: the next request with the key is a first one again."""
    LOSE = "lose"
    """It may have been charged and there is no whole answer: no request with this key is sent again."""


def fate_of(outcome: Outcome, status: int, *, sent: bool, resent: bool) -> tuple[Fate, Reason | None]:
    """Return what becomes of an answer. `sent`: it may be charged; `resent`: it was sent again after it may have been charged."""
    if outcome in (Outcome.ANSWERED, Outcome.DRAINED) and OK <= status < FIRST_FAULT_STATUS:
        return Fate.KEEP, None
    if outcome in (Outcome.REFUSED, Outcome.ERROR, Outcome.ANSWERED, Outcome.DRAINED) or not sent:
        return (Fate.LOSE, Reason.LOST) if resent else (Fate.FORGET, None)
    if outcome is Outcome.CANCELLED:
        return Fate.LOSE, Reason.LEFT
    return Fate.LOSE, Reason.CUT if outcome is Outcome.TRUNCATED else Reason.LOST


WORDS: dict[Reason, str] = {
    Reason.CUT: "it broke off before its end",
    Reason.LEFT: "its caller left before its end",
    Reason.LOST: "the upstream never answered, and may have charged it",
    Reason.TOO_LONG: "it is longer than idempotency.answer_mb allows",
    Reason.NO_ROOM: "too many answers were under way to keep it",
    Reason.NOT_KEPT: "this gateway keeps no answers (idempotency.keep_hours is 0)",
    Reason.ISOLATED: "its organization is isolated and keeps no content",
    Reason.DIED: "the gateway's process ended while it was under way",
    Reason.SPOILT: "what was kept of it cannot be read",
}


def unanswered(request_id: str, reason: Reason | None) -> str:
    """Return the sentence for a caller whose answer cannot be given again."""
    why = WORDS[reason or Reason.LOST]
    return (
        f"The request {request_id} was sent before with this idempotency key, and its answer cannot be given again: {why}. "
        "To ask, and pay, anew, use a new key."
    )
