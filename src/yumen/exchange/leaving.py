"""What becomes of an exchange whose caller has gone: it is given up, or its answer is read on, for a time or for others."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Protocol

from yumen.exchange.states import UNSENT, State
from yumen.http import Tee

if TYPE_CHECKING:
    from collections.abc import Callable

    from yumen.exchange.exchange import Exchange

OVER = frozenset({State.ANSWERED, State.CLOSED})
"""The answer is paid for and whole; what is left takes a bounded time."""


class Shared(Tee, Protocol):
    """What takes an answer along, for others who may want it."""

    @property
    def followed(self) -> bool:
        """Whether somebody else is getting the answer now."""

    on_deserted: Callable[[], None] | None
    """Called when nobody else is any more."""


def watch_leaving(exchange: Exchange) -> None:
    """Let the exchange outlive its caller's connection, where its key says so or somebody else may want the answer."""
    principal = exchange.principal
    drain_s = None if principal is None else principal.drain_s
    if drain_s is not None or exchange.shared is not None:
        exchange.leaving = Leaving(exchange, drain_s)


class Leaving:
    """Watches over one exchange from its attaching to its end."""

    __slots__ = ("_drain_s", "_exchange", "_over", "_task", "_timer")

    def __init__(self, exchange: Exchange, drain_s: float | None) -> None:
        """Read its answer on for that long after its caller has left; 0: to its end, None: only for others who want it."""
        self._exchange = exchange
        self._drain_s = drain_s
        self._over = False
        self._task = asyncio.current_task()
        self._timer: asyncio.TimerHandle | None = None
        exchange.reply.on_leave = self.left
        if exchange.shared is not None:
            exchange.shared.on_deserted = self._deserted

    def left(self) -> bool:
        """Say whether the exchange goes on, now that its caller has gone."""
        if not self._stays():
            return False
        if self._exchange.state not in OVER:
            self._exchange.caller_left = True
        if self._drain_s:
            self._timer = asyncio.get_running_loop().call_later(self._drain_s, self._expire)
        return True

    def close(self) -> None:
        """Watch no longer: the exchange has ended. Whoever takes its answer along learns that no more of it comes."""
        exchange = self._exchange
        exchange.reply.on_leave = None
        if self._timer is not None:
            self._timer.cancel()
        shared = exchange.shared
        if shared is not None:
            shared.on_deserted = None
            if not exchange.reply.ended:
                shared.cut()
        exchange.leaving = self._task = None  # they hold each other

    def _stays(self) -> bool:
        exchange = self._exchange
        if exchange.state in OVER or (exchange.shared is not None and exchange.shared.followed):
            return True
        if exchange.state is State.RETRYING and exchange.shared is None:
            return False  # nothing is under way, and nobody could ask for what another attempt would bring
        return self._drain_s is not None and not self._over and exchange.state not in UNSENT

    def _expire(self) -> None:
        self._over = True
        self._give_up_unless_wanted()

    def _deserted(self) -> None:
        if self._exchange.caller_left:
            self._give_up_unless_wanted()

    def _give_up_unless_wanted(self) -> None:
        if self._task is not None and not self._stays():
            self._task.cancel()
