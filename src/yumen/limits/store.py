"""Where limits are counted: what every store of them promises. `yumen.testing.limit_store` holds each to it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol, runtime_checkable

if TYPE_CHECKING:
    from collections.abc import Awaitable, Sequence

    from yumen.limits.values import Ask, Demand, Loaded, Progress, Settlement, Standing, Verdict


class LimitStore(Protocol):
    """Counts by its own clock. Each method raises `LimitsUnavailable` where the store does not answer in time.

    Holds that expired are let go of before anything else is decided: their leases and what they reserved of periods are free again,
    and a tombstone remembers them for a day, so that a settlement that comes late still charges what was used, once.
    """

    async def open(self, ask: Ask) -> Verdict:
        """Take all demands together, or none; one round trip."""

    def close(self, settlement: Settlement) -> Awaitable[None] | None:
        """Replace what a hold reserved by what was used, once: a second settlement of a hold changes nothing.

        Returns None where it is done, else what to wait for. A hold that the store does not know, and has no tombstone of, was lost
        with the store's memory if it was opened before a counter of its periods was loaded: then that counter is charged, unless the
        ledger knew of the use by then (`closed_us`).
        """

    async def renew(self, progress: Sequence[Progress], lease_us: int) -> None:
        """Renew leases and charge what was used beyond the reservation so far; one round trip. Holds that are gone are passed over."""

    async def load(self, organization_id: str, counters: Sequence[Loaded]) -> None:
        """Set counters that the store does not have; those that it has by now stay as they are."""

    async def read(self, organization_id: str, demands: Sequence[Demand]) -> list[Standing | None]:
        """Return how counters stand without charging them; None for those that the store does not have."""


@runtime_checkable
class Remote(Protocol):
    """A store on another machine, or in another process: it may be asked whether it is there."""

    async def ping(self) -> None:
        """Return if it counts. Raises `LimitsUnavailable`."""
