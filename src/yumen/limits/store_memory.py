"""Limits counted in this process's memory: exact and fast, for one process alone."""

from __future__ import annotations

from collections import OrderedDict
from typing import TYPE_CHECKING

from yumen.limits.account import Account
from yumen.limits.counters import DAY_US
from yumen.limits.values import Missing

if TYPE_CHECKING:
    from collections.abc import Sequence

    from yumen.clock import Clock
    from yumen.limits.values import Ask, Demand, Loaded, Progress, Settlement, Standing, Verdict


class MemoryLimitStore:
    """A `LimitStore` that waits for nothing. An organization of which nothing was heard for `idle_us` is forgotten, and loaded again."""

    def __init__(self, clock: Clock, idle_us: int = DAY_US) -> None:
        """Take the clock that decides."""
        self._clock = clock
        self._idle_us = idle_us
        self._accounts: OrderedDict[str, Account] = OrderedDict()
        """The one that was used longest ago comes first."""

    async def open(self, ask: Ask) -> Verdict:
        """Take all demands together, or none."""
        now = self._clock.now_us()
        account = self._account(ask.organization_id, now)
        if account is None:
            return Missing(tuple(range(len(ask.demands))))
        return account.open(ask, now)

    def close(self, settlement: Settlement) -> None:
        """Replace what a hold reserved by what was used, once."""
        now = self._clock.now_us()
        account = self._account(settlement.organization_id, now)
        if account is not None:
            account.close(settlement, now)

    async def renew(self, progress: Sequence[Progress], lease_us: int) -> None:
        """Renew leases and charge what was used beyond the reservation so far."""
        now = self._clock.now_us()
        for each in progress:
            account = self._account(each.organization_id, now)
            if account is not None:
                account.renew(each, lease_us, now)

    async def load(self, organization_id: str, counters: Sequence[Loaded]) -> None:
        """Set counters that are not there; from now on the organization is known."""
        now = self._clock.now_us()
        account = self._account(organization_id, now)
        if account is None:
            account = self._accounts[organization_id] = Account(now)
        for loaded in counters:
            account.load(loaded, now)

    async def read(self, organization_id: str, demands: Sequence[Demand]) -> list[Standing | None]:
        """Return how counters stand without charging them."""
        now = self._clock.now_us()
        account = self._account(organization_id, now)
        return [None] * len(demands) if account is None else account.read(demands, now)

    def _account(self, organization_id: str, now: int) -> Account | None:
        """Return an organization's account, used just now; forget those of which nothing was heard for long."""
        accounts = self._accounts
        while accounts and next(iter(accounts.values())).touched_us + self._idle_us <= now:
            accounts.popitem(last=False)
        account = accounts.get(organization_id)
        if account is not None:
            account.touched_us = now
            accounts.move_to_end(organization_id)
        return account
