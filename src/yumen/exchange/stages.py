"""What the spine asks of the capabilities: one callable a stage, filled in by the composition root."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from typing import TYPE_CHECKING, Protocol

import msgspec

if TYPE_CHECKING:
    from yumen.exchange.exchange import Exchange

Stage = Callable[["Exchange"], Awaitable[None]]
"""Moves an exchange one step on, or raises the Fault that ends it."""
Sending = Callable[["Exchange"], Awaitable[bool]]
"""Makes one attempt; returns whether its answer is the caller's. Raises the Fault that ends the exchange."""
Attaching = Callable[["Exchange"], Awaitable["Replay | None"]]
"""Finds the earlier request whose answer this one gets; None: there is none."""
Closing = Callable[["Exchange"], None]
"""Does its part of the closing work at once: it is not to be interrupted."""


class Replay(Protocol):
    """The answer of an earlier request, be it still under way."""

    request_id: str
    """Whose answer it is."""

    async def relay(self, exchange: Exchange) -> bytes:
        """Write it to the exchange's reply, as it comes, and return what of it must wait for the close. Raises the Fault that it ended in.

        A fault after the beginning has been told to the caller already: by an event, or by a cut.
        """

    def leave(self) -> None:
        """Let go of it, passed on or not."""


class Stages(msgspec.Struct, frozen=True):
    """The stages in the order in which they run."""

    authenticate: Stage
    """keys: who asks."""
    read: Stage
    """exchange: the body, and what is read of it."""
    own: Stage
    """keys: whether the things that the request names are the caller's."""
    attach: Attaching
    """idempotency: whether an earlier request with the same key answers for this one."""
    recall: Stage
    """sessions: what was said before, put in front of what the request says; only for one that names its session."""
    resolve: Stage
    """routes: the candidates."""
    restrict: Stage
    """keys: whether the key may ask for that, of every candidate."""
    quote: Stage
    """meter: what the request may use and cost."""
    admit: Stage
    """limits: a hold of that, or a refusal that leaves no trace."""
    check: Stage
    """policy: what of it may be asked, and in which words; from here on the exchange knows how its answer is screened."""
    choose: Stage
    """routes: the target."""
    open: Closing
    """ledger: a line that says what is about to be sent; once more where it then goes to another upstream."""
    send: Sending
    """upstream: ask, wait for the answer's head, and say whether it is the caller's or another attempt follows."""
    wait: Stage
    """upstream: the pause before another attempt; `choose` follows it."""
    keep: Stage
    """keys: write down whose the things are that the answer made."""
    closing: Sequence[Closing]
    """meter, record, settle, observe, remember: in this order, whatever happened."""
