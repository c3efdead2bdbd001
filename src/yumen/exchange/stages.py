"""What the spine asks of the capabilities: one callable a stage, filled in by the composition root."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:
    from yumen.exchange.exchange import Exchange

Stage = Callable[["Exchange"], Awaitable[None]]
"""Moves an exchange one step on, or raises the Fault that ends it."""
Closing = Callable[["Exchange"], None]
"""Does its part of the closing work at once: it is not to be interrupted."""


class Stages(msgspec.Struct, frozen=True):
    """The stages in the order in which they run."""

    authenticate: Stage
    """keys: who asks."""
    read: Stage
    """exchange: the body, and what is read of it."""
    own: Stage
    """keys: whether the things that the request names are the caller's."""
    resolve: Stage
    """routes: the candidates."""
    restrict: Stage
    """keys: whether the key may ask for that, of every candidate."""
    quote: Stage
    """meter: what the request may use and cost."""
    admit: Stage
    """limits: a hold of that, or a refusal that leaves no trace."""
    choose: Stage
    """routes: the target."""
    open: Closing
    """ledger: a line that says what is about to be sent."""
    send: Stage
    """upstream: ask, and wait for the answer's head."""
    keep: Stage
    """keys: write down whose the things are that the answer made."""
    closing: Sequence[Closing]
    """meter, record, settle, observe: in this order, whatever happened."""
