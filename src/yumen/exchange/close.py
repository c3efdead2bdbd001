"""The last phase: meter, record, observe. It always runs, exactly once, whatever happened, and without an await."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from yumen.exchange.states import State

if TYPE_CHECKING:
    from yumen.exchange.exchange import Exchange
    from yumen.exchange.stages import Stages

log = logging.getLogger("yumen.exchange")


def finish(exchange: Exchange, stages: Stages) -> None:
    """Close an exchange: give the upstream's connection up where its answer is not whole, then run every closing stage."""
    exchange.ended_ns = exchange.clock.elapsed_ns()
    connection = exchange.connection
    if connection is not None and exchange.state is not State.ANSWERED:
        connection.abort()
    if exchange.spool is not None:
        exchange.spool.close()
    for stage in stages.closing:
        try:
            stage(exchange)
        except Exception:  # the one reviewed place: a closing stage that fails must not keep the next from its work
            log.exception("request %s: the closing stage %s failed", exchange.request_id, type(stage).__name__)
    exchange.move(State.CLOSED)
