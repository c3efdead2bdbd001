"""How often something may be tried: so many times in a span, for each address and each caller, on all machines together."""

from __future__ import annotations

from ipaddress import IPv6Address, ip_address, ip_network
from typing import TYPE_CHECKING

import msgspec

from yumen.organizations.faults import TooManyTries
from yumen.organizations.rows import Attempt

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence

    from yumen.clock import Clock
    from yumen.organizations.store import Records, Store

US_PER_S = 1_000_000
HOUR_US = 3600 * US_PER_S
DAY_US = 24 * HOUR_US
"""No span is longer: older tries are forgotten."""
PREFIX = "try_"
NETWORK_BITS = 64


class Allowance(msgspec.Struct, frozen=True):
    """At most so many tries of something in any span, by one subject."""

    what: str
    subject: str
    most: int
    span_us: int


class Attempts:
    """Counts tries. What is tried is charged before it happens, so that many at once cannot pass together."""

    def __init__(self, store: Store, clock: Clock) -> None:
        """Count in that store, by that clock."""
        self._store = store
        self._clock = clock

    async def charge(self, allowances: Sequence[Allowance]) -> list[Attempt]:
        """Charge a try to all of them or to none. Raises TooManyTries with the seconds to wait."""
        now_us = self._clock.now_us()
        charged = [Attempt(self._clock.new_id(PREFIX), each.what, each.subject, now_us) for each in allowances]
        async with self._store.writing(quietly=True) as records:
            await records.forget(Attempt, "time_us", now_us - DAY_US)
            for allowance in allowances:
                await check(records, allowance, now_us)
            for attempt in charged:
                await records.add(attempt)
        return charged

    async def tried(self, allowances: Sequence[Allowance], trial: Callable[[], Awaitable[bool]]) -> bool:
        """Try something and return whether it was right; only what was wrong stays charged. Raises TooManyTries."""
        charged = await self.charge(allowances)
        right = await trial()
        if right:
            await self.give_back(charged)
        return right

    async def give_back(self, charged: Sequence[Attempt]) -> None:
        """Uncharge a try that was none, such as a right password."""
        async with self._store.writing(quietly=True) as records:
            for attempt in charged:
                await records.remove(attempt)


async def check(records: Records, allowance: Allowance, now_us: int) -> None:
    """Raise TooManyTries where an allowance is used up."""
    tries = await records.find(Attempt, what=allowance.what, subject=allowance.subject)
    times = sorted(each.time_us for each in tries if each.time_us > now_us - allowance.span_us)
    if len(times) >= allowance.most:
        free_us = times[len(times) - allowance.most] + allowance.span_us
        raise TooManyTries(retry_after_s=-((now_us - free_us) // US_PER_S))


def network_of(caller: str) -> str:
    """Return whom a caller's address stands for: itself, or with IPv6 the network that one subscriber has."""
    try:
        address = ip_address(caller)
    except ValueError:
        return caller
    if isinstance(address, IPv6Address):
        if address.ipv4_mapped is not None:
            return str(address.ipv4_mapped)
        return str(ip_network((address.packed, NETWORK_BITS), strict=False))
    return str(address)
