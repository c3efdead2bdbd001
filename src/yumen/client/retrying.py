"""What follows an attempt of ours that failed: the gateway's own table, read for one address. Pure, but for the budgets."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING

import msgspec

from yumen.client.forking import ForkLock
from yumen.client.transport import httpx2
from yumen.exchange.values import Step, Why
from yumen.upstream.budget import Budget
from yumen.upstream.patience import asked_us, should_retry
from yumen.upstream.rules import Circumstances, Decision, Failed, Failure, Sent, decide, failed_by

if TYPE_CHECKING:
    from yumen.claude import ErrorSaid
    from yumen.client.retry import Retry

US_PER_S = 1_000_000
BUDGET_PERCENT = 20
"""So many retries in a hundred calls, beside ten in ten seconds."""
HARMLESS = frozenset({"GET", "HEAD"})


class Course(msgspec.Struct, frozen=True):
    """What else decides over one call's next attempt. Times are microseconds."""

    made: int
    """Attempts so far, those of a gateway among them."""
    gone_us: int
    """How long ago the call began."""
    drawn: float
    """In [0, 1)."""
    budget: bool
    replayable: bool
    """Whether its body can be sent again."""
    harmless: bool
    """Whether it costs nothing twice."""


def failure_of_answer(status: int, headers: httpx2.Headers, said: ErrorSaid, now_us: int) -> Failure:
    """Return what an error answer is a failure of."""
    fields = {name.lower(): value for name, value in headers.raw}
    return Failure(failed_by(status, said), should_retry=should_retry(fields), asked_us=asked_us(fields, now_us))


def failure_of_error(error: BaseException | None) -> Failure:
    """Return what the transport's error is a failure of.

    "Not sent" is what it proves: there was no connection, or the request could not be written. Everything else may have arrived: the
    transport does not say whether the whole body had left before a connection broke.
    """
    match error:
        case httpx2.ConnectError() | httpx2.ConnectTimeout() | httpx2.ProxyError() | httpx2.PoolTimeout():
            return Failure(Failed.UNREACHABLE, Sent.NOT)
        case httpx2.WriteError() | httpx2.WriteTimeout():
            return Failure(Failed.LOST, Sent.NOT)
        case httpx2.LocalProtocolError() | httpx2.UnsupportedProtocol() | httpx2.InvalidURL() | httpx2.TooManyRedirects():
            return Failure(Failed.REFUSED, Sent.NOT)
        case httpx2.TransportError():
            return Failure(Failed.LOST)
        case _:
            return Failure(Failed.REFUSED)


def follow(failure: Failure, retry: Retry, course: Course) -> Decision:
    """Return whether another attempt follows, after which pause, and why."""
    return decide(
        failure,
        Circumstances(
            made=course.made,
            attempts=retry.attempts,
            left_us=max(0, round(retry.patience * US_PER_S) - course.gone_us),
            drawn_us=pause_us(retry, course.made, course.drawn),
            longest_us=round(retry.patience * US_PER_S),
            budget=course.budget,
            replayable=course.replayable,
            harmless=course.harmless,
            resend=retry.resend_lost,
        ),
    )


def pause_us(retry: Retry, made: int, drawn: float) -> int:
    """Return the pause after so many attempts, within the policy's bounds; `drawn` is in [0, 1)."""
    bound: float = min(retry.wait_max, retry.wait_min * 2.0 ** min(made if retry.jitter else made - 1, 32))
    return round((retry.wait_min + drawn * (bound - retry.wait_min) if retry.jitter else bound) * US_PER_S)


def is_never(retry: Retry, status: int, said: ErrorSaid) -> bool:
    """Whether the program said that such an answer is not to be tried again."""
    return status in retry.never or (bool(said.type) and said.type in retry.never)


def is_harmless(method: str, path: str) -> bool:
    """Whether a request only asks, and nobody pays for it."""
    return method in HARMLESS or path.split("?", 1)[0] == "/v1/messages/count_tokens"


def is_error(status: int) -> bool:
    """Whether a status says that something failed."""
    return status >= HTTPStatus.BAD_REQUEST


def goes_on(decision: Decision) -> bool:
    """Whether another attempt follows."""
    return decision.step is Step.AGAIN and decision.why is not Why.REFUSED_CREDENTIAL


class Budgets:
    """The budget of retries of each address: all clients of the process share it, so that an outage is not amplified."""

    def __init__(self) -> None:
        """Begin with no address."""
        self._lock = ForkLock()
        self._budgets: dict[str, Budget] = {}

    def call(self, url: str, now_ns: int) -> None:
        """Count a call."""
        with self._lock:
            self._budgets.setdefault(url, Budget(BUDGET_PERCENT)).request(now_ns)

    def room(self, url: str, now_ns: int) -> bool:
        """Tell whether an address may be asked once more than was called for."""
        with self._lock:
            return self._budgets.setdefault(url, Budget(BUDGET_PERCENT)).room(now_ns)

    def retry(self, url: str, now_ns: int) -> None:
        """Count a retry."""
        with self._lock:
            self._budgets.setdefault(url, Budget(BUDGET_PERCENT)).retry(now_ns)
