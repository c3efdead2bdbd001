"""What follows an attempt that failed: gathers the circumstances, asks the rule, and writes the step down."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from yumen.claude import ErrorSaid, read_error
from yumen.errors import CredentialUnavailable, UpstreamBusy, UpstreamUnreachable
from yumen.exchange.attempting import attempts_made, is_renewal
from yumen.exchange.patience import SAID_BY, patience_us
from yumen.exchange.values import Step, Why
from yumen.http import ClientConnection
from yumen.upstream.kept import Kept
from yumen.upstream.patience import asked_us, should_retry
from yumen.upstream.rules import BAD_REQUEST, Circumstances, Failed, Failure, Kind, Sent, decide, failed_by, pause_us, row_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from yumen.errors import Fault
    from yumen.exchange import Answering, Exchange
    from yumen.upstream.budget import Budget
    from yumen.upstream.dialect import Dialect
    from yumen.upstream.options import Around, RetryOptions
    from yumen.upstream.rules import Decision

NS_PER_US = 1000
HARMLESS_METHODS = frozenset({"GET", "HEAD"})
NOTHING_SAID = ErrorSaid()
REPLACED = "The upstream's credential was replaced while this request's body passed; send it again."


class Following:
    """Decides over the attempts of all exchanges of this process."""

    def __init__(self, options: RetryOptions, around: Around, budgets: Mapping[str, Budget], draw: Callable[[], float]) -> None:
        """Decide by these options and budgets; `draw` gives numbers in [0, 1)."""
        self._options = options
        self._around = around
        self._budgets = budgets
        self._draw = draw

    async def answered(self, exchange: Exchange, answer: Answering, dialect: Dialect | None) -> bool:
        """Decide over an error answer, the last attempt's; return whether the caller gets it: byte for byte, then.

        Raises CredentialUnavailable where it refused a credential that is another now, and the body has passed: the caller may retry.
        """
        fields = {name.lower(): value for name, value in answer.headers}
        asks = should_retry(fields)
        failed = failed_by(answer.status, NOTHING_SAID)
        if row_of(Failure(failed, should_retry=asks)).kind is Kind.PASS and not (
            answer.status == BAD_REQUEST and self._around.another(exchange)
        ):
            note(exchange, Step.GIVE_UP, Why.FINAL)
            return True
        kept = exchange.connection = Kept(answer)
        said = read_error(await kept.body())  # from here on the connection may be another's
        failure = Failure(failed_by(kept.status, said), should_retry=asks, asked_us=asked_us(fields, exchange.clock.now_us()))
        renewed = failed is Failed.UNAUTHORIZED and await self._renewed(exchange, dialect)
        decision = self._decide(exchange, failure, renewed=renewed)
        replaced = renewed and decision.why is Why.PIPED
        if decision.step is Step.GIVE_UP and not replaced:
            return True
        kept.drop()
        self._retry(exchange, decision)
        if replaced:
            raise CredentialUnavailable(REPLACED)
        return False

    def broken(self, exchange: Exchange, fault: Fault) -> None:
        """Decide over a fault, the last attempt's; raise it where nothing follows."""
        connection = exchange.connection
        waits_here = isinstance(connection, ClientConnection) and connection.unsent
        sent = Sent.WHOLLY if exchange.sent_ns and not waits_here else Sent.NOT
        failed = failed_of(fault)
        decision = self._decide(exchange, Failure(failed, sent), renewed=False)
        lost = failed is Failed.LOST and sent is Sent.WHOLLY
        if decision.step is not Step.GIVE_UP:
            self._retry(exchange, decision)
            return
        fault.unsent = not lost or is_harmless(exchange)
        if not lost:
            exchange.sent_ns = 0
        raise fault

    def _decide(self, exchange: Exchange, failure: Failure, *, renewed: bool) -> Decision:
        options, clock = self._options, exchange.clock
        last = exchange.attempts[-1]
        now_ns = clock.elapsed_ns()
        made = attempts_made(exchange)
        patience = 0 if is_forsaken(exchange) else patience_us(exchange.request.header(SAID_BY), options.patience_s)
        decision = decide(
            failure,
            Circumstances(
                made=made,
                attempts=min(options.attempts, exchange.most_attempts or options.attempts),
                left_us=patience - (now_ns - exchange.received_ns) // NS_PER_US,
                drawn_us=pause_us(made, options.first_wait_us, options.longest_wait_us, self._draw()),
                longest_us=options.longest_wait_us,
                another=self._around.another(exchange),
                renewed=renewed,
                budget=self._budgets[last.upstream].room(now_ns),
                replayable=not exchange.body_taken,
                harmless=is_harmless(exchange),
                resend=options.resend_lost,
            ),
        )
        note(exchange, decision.step, decision.why, decision.wait_us)
        return decision

    def _retry(self, exchange: Exchange, decision: Decision) -> None:
        """Leave nothing of the attempt but its line."""
        exchange.connection = None
        exchange.sent_ns = 0
        if decision.step is Step.AGAIN and decision.why is not Why.REFUSED_CREDENTIAL:
            self._budgets[exchange.attempts[-1].upstream].retry(exchange.clock.elapsed_ns())

    async def _renewed(self, exchange: Exchange, dialect: Dialect | None) -> bool:
        """Fetch the credential anew, once for each upstream; return whether it is another."""
        target = exchange.target
        assert target is not None  # noqa: S101  (it was sent there)
        if any(each.upstream == target.upstream and is_renewal(each.step, each.why) for each in exchange.attempts):
            return False
        if target.credential is not None and await self._around.renew(target.upstream, target.credential):
            return True
        return dialect is not None and await dialect.renew(exchange.signed_by)  # it may keep what it made of it: an access token


def failed_of(fault: Fault) -> Failed:
    """Return what a fault is a failure of."""
    match fault:
        case UpstreamUnreachable():
            return Failed.UNREACHABLE
        case UpstreamBusy():
            return Failed.FULL
        case CredentialUnavailable():
            return Failed.KEYLESS
        case _:
            return Failed.LOST


def is_harmless(exchange: Exchange) -> bool:
    """Tell whether a request may be done twice: it only asks, and nobody pays for it."""
    return exchange.request.method in HARMLESS_METHODS or exchange.endpoint.name == "count_tokens"


def is_forsaken(exchange: Exchange) -> bool:
    """Tell whether the caller has gone and nobody else can ask for the answer: an attempt that has begun is read on, none begins."""
    return exchange.caller_left and exchange.shared is None


def note(exchange: Exchange, step: Step, why: Why, wait_us: int = 0) -> None:
    """Write down what follows the last attempt."""
    exchange.attempts[-1] = msgspec.structs.replace(exchange.attempts[-1], step=step, why=why, wait_us=wait_us)
