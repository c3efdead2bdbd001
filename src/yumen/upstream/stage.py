"""send: makes one attempt at an upstream, waits for the head of its answer, and says whether another attempt follows."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

from yumen.claude import Shape
from yumen.errors import Source
from yumen.exchange.early import Early
from yumen.exchange.exchange import as_fault
from yumen.exchange.values import Attempt, Step, Why
from yumen.upstream.budget import Budget
from yumen.upstream.following import NS_PER_US, Following
from yumen.upstream.head import request_head
from yumen.upstream.options import Around, RetryOptions
from yumen.upstream.writing import Renaming, write_coming, write_outgoing, write_whole

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from yumen.exchange import Answering, Exchange
    from yumen.exchange.values import Target
    from yumen.http import Pool
    from yumen.upstream.dialect import Dialect

FIRST_ERROR_STATUS = 400
NO_DIALECTS: Mapping[str, Dialect] = {}
BY_THE_BOOK = RetryOptions()
ALONE = Around()


class Send:
    """Sends over pools of kept-alive connections, one pool an upstream."""

    def __init__(
        self,
        pools: Mapping[str, Pool],
        dialects: Mapping[str, Dialect] = NO_DIALECTS,
        options: RetryOptions = BY_THE_BOOK,
        around: Around = ALONE,
        draw: Callable[[], float] = random.random,
    ) -> None:
        """Use these pools and dialects, by the upstreams' names; `draw` gives the pauses' randomness, in [0, 1)."""
        self._pools = pools
        self._dialects = dialects
        self._early_s = options.early_ping_s
        self._told = around.told
        self._budgets = {name: Budget(options.budget_percent) for name in pools}
        self._following = Following(options, around, self._budgets, draw)
        self._renaming = Renaming()

    async def __call__(self, exchange: Exchange) -> bool:
        """Make an attempt. True: `exchange.connection` has the caller's answer; False: another follows. Raises the upstream's faults."""
        target = exchange.target
        assert target is not None  # noqa: S101  (the table of states has `routed` before this)
        dialect = self._dialects.get(target.upstream)
        begun_ns = exchange.clock.elapsed_ns()
        if not exchange.attempts or all(each.upstream != target.upstream for each in exchange.attempts):
            self._budgets[target.upstream].request(begun_ns)
        if self._early_s and exchange.early is None and may_begin_early(exchange):
            exchange.early = Early(exchange, self._early_s)
        try:
            answer = exchange.connection = await self._ask(exchange, target, dialect)
        except BaseException as error:
            fault = as_fault(error)
            self._note(exchange, begun_ns, None, type(fault).__name__)
            if fault is not error or fault.source is not Source.UPSTREAM:
                raise
            self._following.broken(exchange, fault)
            return False
        status = answer.status
        self._note(exchange, begun_ns, answer, None)
        return status < FIRST_ERROR_STATUS or await self._following.answered(exchange, answer, dialect)

    async def _ask(self, exchange: Exchange, target: Target, dialect: Dialect | None) -> Answering:
        """Send, and return the answer once its head is here."""
        body, candidate = exchange.body, exchange.candidate
        model = exchange.view.model if candidate is None else candidate.model
        outgoing = None
        if dialect is not None:
            outgoing = await dialect.outgoing(exchange, target, model or "")
            exchange.signed_by = outgoing.signed_by
        elif body is not None and model is not None and model != exchange.view.model:
            body = await self._renaming(exchange, body, model)
        clock = exchange.clock
        asked_ns = clock.elapsed_ns()
        try:
            connection = await self._pools[target.upstream].acquire()
        finally:
            exchange.connecting_ns += clock.elapsed_ns() - asked_ns
        exchange.connection = connection
        if outgoing is not None:
            write_outgoing(exchange, target, connection, outgoing)
        elif body is not None:
            write_whole(exchange, connection, request_head(exchange, target, len(body)), body)
        else:
            await write_coming(exchange, target, connection)
        await connection.head()
        return connection if dialect is None else await dialect.answering(exchange, connection)

    def _note(self, exchange: Exchange, begun_ns: int, answer: Answering | None, fault: str | None) -> None:
        """Write the attempt down, and tell the routes of it."""
        candidate, target = exchange.candidate, exchange.target
        model = None if candidate is None or candidate.model == exchange.view.model else candidate.model
        status = None if answer is None else answer.status
        done = status is not None and status < FIRST_ERROR_STATUS
        attempt = Attempt(
            "" if target is None else target.upstream,
            status,
            (exchange.clock.elapsed_ns() - begun_ns) // NS_PER_US,
            fault,
            (begun_ns - exchange.received_ns) // NS_PER_US,
            model,
            Step.DONE if done else Step.GIVE_UP,
            Why.ANSWERED if done else Why.FINAL,
        )
        exchange.attempts.append(attempt)
        exchange.first_sent_ns = exchange.first_sent_ns or exchange.sent_ns
        self._told(exchange, attempt, [] if answer is None else answer.headers)


def may_begin_early(exchange: Exchange) -> bool:
    """Tell whether the caller waits for a stream in which a ping may stand first."""
    return exchange.view.stream and exchange.endpoint.shape is Shape.MESSAGE and exchange.edit is None
