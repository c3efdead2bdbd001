"""What whoever puts the gateway together says of the sending: how often, how long, and whom else to ask."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import msgspec

from yumen.exchange.exchange import Exchange
from yumen.exchange.values import Attempt, Secret
from yumen.http import Headers


class RetryOptions(msgspec.Struct, frozen=True):
    """How often and how long the same request is tried. The settings' sentences say more."""

    attempts: int = 3
    first_wait_us: int = 500_000
    longest_wait_us: int = 30_000_000
    patience_s: float = 60.0
    budget_percent: int = 20
    resend_lost: bool = False
    early_ping_s: float = 0.0


def nobody_else(_: Exchange) -> bool:
    """Know no other upstream."""
    return False


def told_nobody(_: Exchange, __: Attempt, ___: Headers) -> None:
    """Tell nobody."""


async def no_renewal(_: str, __: Secret) -> bool:
    """Have no other credential."""
    return False


class Around(msgspec.Struct, frozen=True):
    """What the sending asks of its neighbours, and tells them."""

    another: Callable[[Exchange], bool] = nobody_else
    """Whether an upstream that the exchange has not tried can take it now."""
    told: Callable[[Exchange, Attempt, Headers], None] = told_nobody
    """Hears of every attempt once, as soon as it is known how it ended, with the answer's headers; what follows is not decided yet."""
    renew: Callable[[str, Secret], Awaitable[bool]] = no_renewal
    """Fetches an upstream's credential anew; returns whether it is another than the one that was used."""
