"""The way of one call as a plan: wait for room, send, look at what came, and send again or hand it on. It does nothing itself."""

from __future__ import annotations

import logging
import random
from typing import TYPE_CHECKING, Any

import msgspec
from anthropic import APIConnectionError

from yumen.claude import ErrorSaid, read_error
from yumen.client import telemetry
from yumen.client.demands import Asked
from yumen.client.limits import Limit
from yumen.client.metering import Account, account_of, actual_of, asking_of, write
from yumen.client.retrying import (
    Course,
    failure_of_answer,
    failure_of_error,
    follow,
    goes_on,
    is_error,
    is_harmless,
    is_never,
)
from yumen.client.taps import read_along, tap_for
from yumen.upstream.rules import Failed, Sent

if TYPE_CHECKING:
    from collections.abc import Generator

    from anthropic import APIRequest, APIResponse

    from yumen.claude import Tap
    from yumen.client.reach import Reach
    from yumen.client.ticket import Ticket
    from yumen.client.transport import httpx2
    from yumen.upstream.rules import Decision, Failure

ATTEMPTS = "x-yumen-attempts"
"""To a server: how many attempts the call has left, this one among them. From a gateway: how many it made."""
NS_PER_US, NS_PER_MS, US_PER_S = 1000, 1_000_000, 1_000_000
log = logging.getLogger("yumen")


class Enter(msgspec.Struct, frozen=True):
    """Wait for room under a limit; a Ticket comes of it."""

    limit: Limit
    url: str
    asked: Asked


class Pause(msgspec.Struct, frozen=True):
    """Wait."""

    seconds: float


class Send(msgspec.Struct, frozen=True):
    """Attempt the call; the SDK's response comes of it."""

    request: Any


class Read(msgspec.Struct, frozen=True):
    """Read an error answer's body; its bytes come of it, or APIConnectionError where it breaks off."""

    response: Any


class Drop(msgspec.Struct, frozen=True):
    """Close an answer that the program does not get."""

    response: Any


Step = Enter | Pause | Send | Read | Drop


class Head(msgspec.Struct, frozen=True):
    """What is told of an answer beside its body."""

    status: int | None = None
    request_id: str | None = None


NO_ANSWER = Head()


class Way:
    """One call on its way."""

    def __init__(self, reach: Reach, request: APIRequest) -> None:
        """Begin the way of a request."""
        self._reach = reach
        self._request = request
        self._asking = asking_of(request.method.upper(), str(request.url), request.json)
        self._begun_ns = reach.clock.elapsed_ns()
        self._made = 0
        self._left = 0
        """How many attempts the last one was told to be left."""
        self._ticket: Ticket | None = None
        self._sent = False
        """Whether something of the attempt that has the ticket may have left."""

    def plan(self) -> Generator[Step, Any, APIResponse[Any]]:
        """Return the answer that the program gets, an error's too. Raises what the last attempt raised, and LimitReached."""
        reach = self._reach
        reach.budgets.call(reach.url, self._begun_ns)
        try:
            while True:
                yield from self._wait_for_room()
                try:
                    response = yield Send(self._marked())
                except APIConnectionError as error:
                    decision = self._broken(error)
                    if not goes_on(decision):
                        self._tell(NO_ANSWER, None, type(error).__name__)
                        raise
                else:
                    again = yield from self._answered(response)
                    if again is None:
                        return self._handed_on(response)
                    yield Drop(response)
                    decision = again
                reach.budgets.retry(reach.url, reach.clock.elapsed_ns())
                yield Pause(decision.wait_us / US_PER_S)
        finally:
            self._end_attempt(sent=self._sent)

    def _wait_for_room(self) -> Generator[Step, Any, None]:
        reach, asking = self._reach, self._asking
        self._sent = False
        if reach.limit is not None:
            asked = Asked(asking.endpoint, asking.model, asking.prompt_tokens)
            self._ticket = yield Enter(reach.limit, reach.url, asked)
        if asking.endpoint.billable:
            pause_us = reach.quota.pause_us(asking.model, asking.prompt_tokens)
            if pause_us:
                log.info("little is left of the server's limits: the call waits %.1f s", pause_us / US_PER_S)
                yield Pause(pause_us / US_PER_S)

    def _marked(self) -> APIRequest:
        self._sent = True
        self._left = self._reach.retry.attempts - self._made
        return self._request.copy(headers={**self._request.headers, ATTEMPTS: str(self._left)})

    # ── what came ───────────────────────────────────────────────────────────

    def _answered(self, response: APIResponse[Any]) -> Generator[Step, Any, Decision | None]:
        """Decide over an answer; None: the program gets it."""
        if self._ticket is not None:
            self._ticket.arrived()
        headers, status = response.http_response.headers, response.status_code
        self._made += self._reach.counted(headers)
        if self._asking.endpoint.billable:
            self._reach.quota.note(self._asking.model, status, headers.raw)
        if not is_error(status):
            return None
        broken, said = None, ErrorSaid()
        try:
            said = read_error((yield Read(response)))
        except APIConnectionError as error:  # its status and its headers are there all the same
            broken = error
        decision = self._follow(failure_of_answer(status, headers, said, self._reach.clock.now_us()))
        if is_never(self._reach.retry, status, said) or not goes_on(decision):
            if broken is not None:
                self._tell(head_of(response.http_response), None, type(broken).__name__)
                raise broken
            return None
        self._warn(f"{status} {said.type}".strip(), decision)
        self._end_attempt(sent=True)
        return decision

    def _broken(self, error: APIConnectionError) -> Decision:
        """Decide over an attempt without an answer."""
        failure = failure_of_error(error.__cause__)
        sent = failure.sent is Sent.WHOLLY and failure.failed is Failed.LOST
        self._made += made_before(error, self._left)
        # A gateway may have used up every attempt that it was left, and may be at it still.
        self._made += self._reach.retry.attempts - self._made if sent and self._reach.may_repeat else 1
        decision = self._follow(failure)
        self._end_attempt(sent=sent)
        if goes_on(decision):
            self._warn(type(error.__cause__ or error).__name__, decision)
        elif self._made > 1:
            error.add_note(f"after {self._made} attempts")
        return decision

    def _follow(self, failure: Failure) -> Decision:
        reach, asking = self._reach, self._asking
        now_ns = reach.clock.elapsed_ns()
        course = Course(
            self._made,
            (now_ns - self._begun_ns) // NS_PER_US,
            random.random(),  # noqa: S311  (a pause)
            reach.budgets.room(reach.url, now_ns),
            is_replayable(self._request),
            is_harmless(asking.method, asking.path),
        )
        return follow(failure, reach.retry, course)

    def _end_attempt(self, *, sent: bool) -> None:
        """Give back what the attempt held; it answered with an error, or not at all."""
        ticket, self._ticket = self._ticket, None
        if ticket is not None and sent:
            ticket.end()
        elif ticket is not None:
            ticket.unsent()

    def _warn(self, what: str, decision: Decision) -> None:
        asking, retry = self._asking, self._reach.retry
        sentence = "attempt %d of %d failed (%s), the next begins in %.1f s: %s %s"
        log.warning(sentence, self._made, retry.attempts, what, decision.wait_us / US_PER_S, asking.method, asking.path)

    # ── what is told ────────────────────────────────────────────────────────

    def _handed_on(self, response: APIResponse[Any]) -> APIResponse[Any]:
        """Hand an answer to the program: its headers say the attempts; its end is counted when it comes."""
        http, ticket = response.http_response, self._ticket
        self._ticket = None
        http.headers[ATTEMPTS] = str(self._made)
        head = head_of(http)  # not the answer itself, which would hold itself then: dropped unread, it must go at once
        if is_error(http.status_code):
            error = read_error(http.content).type or str(http.status_code)
            self._tell(head, None, error, ticket)
        else:
            # What is no message is not read: results and files may be large.
            tap = tap_for(http, self._asking.model) if self._asking.endpoint.billable else None
            read_along(http, tap, lambda tap, error: self._tell(head, tap, error, ticket))
        return response

    def _tell(self, head: Head, tap: Tap | None, error: str | None, ticket: Ticket | None = None) -> None:
        """Write the call's line, and settle what it held."""
        reach = self._reach
        elapsed_ms = (reach.clock.elapsed_ns() - self._begun_ns) // NS_PER_MS
        account = Account(self._asking, head.status, self._made, elapsed_ms, head.request_id, error=error)
        if tap is not None:
            cost = None if tap.usage is None else reach.prices.cost(tap.model or self._asking.model, tap.usage, reach.clock.now_us())
            account = account_of(self._asking, account, tap, cost)
        if ticket is not None:
            ticket.end(actual_of(account))
        write(account)
        telemetry.record(account, reach.host, reach.port)


def made_before(error: APIConnectionError, left: int) -> int:
    """Return how many attempts came before the one that broke, which had so many left when it began: one whose key was refused, for one.

    Whoever repeats a call within an attempt of ours (`Renewing`) writes on the request how many are left then.
    """
    said = error.request.headers.get(ATTEMPTS, "")
    return max(0, left - int(said)) if said.isascii() and said.isdigit() else 0


def head_of(http: httpx2.Response) -> Head:
    """Return what is told of an answer beside its body."""
    return Head(http.status_code, http.headers.get("request-id"))


def is_replayable(request: APIRequest) -> bool:
    """Whether a request's body is here as a whole: files and iterators may have been read by the first attempt."""
    options = request.options
    content = getattr(options, "content", None)
    return not options.files and (content is None or isinstance(content, bytes | str))
