"""The upstreams' credentials in a gateway: one keeper for each reference, kept fresh until the end."""

from __future__ import annotations

import asyncio
import logging
import os
from random import Random
from typing import TYPE_CHECKING

from yumen.alerts import Dependency
from yumen.observe import metric_table
from yumen.secrets import Pace, SecretMissing, StoreUnavailable, judge_key
from yumen.secrets.around import Surroundings
from yumen.secrets.fetcher import Fetcher
from yumen.secrets.keeper import Keeper
from yumen.secrets.threads import begin
from yumen.settings.sources import Sources

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterator, Mapping

    from yumen.app.ground import Ground
    from yumen.exchange.values import Secret
    from yumen.secrets import Judge, Reference
    from yumen.secrets.vault import VaultSource

log = logging.getLogger("yumen.secrets")

MODE = "the last value is used on"
TEND_S = 30.0
"""Between two looks at the lease of Vault's token, where it does not say itself when the next is due."""


class Credentials:
    """Every upstream's credential, by the upstream's name. Those of one reference and one judge share a keeper."""

    def __init__(self, ground: Ground) -> None:
        """Keep none yet."""
        self._ground = ground
        self._sources = Sources(ground.settings.secrets, os.environ, ground.redactor.register)
        self._around = Surroundings(ground.clock, ground.redactor.register, Random().random)  # noqa: S311  (it spreads questions, no more)
        self._keepers: dict[tuple[Reference, Judge], Keeper] = {}
        self._of: dict[str, Keeper] = {}
        self._tends = False
        ground.closing.callback(self._sources.close)

    async def keep(self, upstream: str, reference: Reference, judge: Judge = judge_key) -> Keeper:
        """Return the keeper of an upstream's credential, fetched if its store answers, and kept until the end of the gateway.

        Raises OperatorError where somebody must act first: it is missing, forbidden, or cannot be a key.
        """
        keeper = self._keepers.get((reference, judge))
        if keeper is None:
            keeper = self._keepers[reference, judge] = await self._begun(reference, judge)
        self._of[upstream] = keeper
        return keeper

    async def renew(self, upstream: str, used: Secret) -> bool:
        """Ask the store anew, since that upstream refused that value; return whether there is another one now."""
        keeper = self._of.get(upstream)
        return keeper is not None and await keeper.renew(used)

    def dependencies(self) -> Iterator[Dependency]:
        """Yield each store's secret as something that may fail, for the alerts."""
        for keeper in self._keepers.values():
            yield Dependency(f"the secret of {keeper.reference.source}", probe_of(keeper))

    def readers(self) -> dict[metric_table.Metric, Callable[[], float | Mapping[tuple[str, ...], float]]]:
        """Return what the metrics read of secrets."""
        return {
            metric_table.SECRET_STALE: lambda: {(str(keeper.reference),): keeper.stale_s for keeper in self._keepers.values()},
            metric_table.SECRET_DUE: lambda: {(str(keeper.reference),): keeper.due_s for keeper in self._keepers.values()},
        }

    async def _begun(self, reference: Reference, judge: Judge) -> Keeper:
        settings, source = self._ground.settings.secrets, self._sources.of(reference)
        keeper = Keeper(Fetcher(reference, source, settings.timeout_s), judge, Pace(settings.refresh_s), self._around)
        await keeper.start()
        self._ground.own(keeper.run())
        self._ground.health.add(str(reference), MODE, probe_of(keeper))
        if self._sources.vault is not None and not self._tends:
            self._tends = True
            self._ground.own(self._tend())
        return keeper

    async def _tend(self) -> None:
        """Renew the lease of Vault's token in its time, so that no fetch has to wait for a login."""
        vault = self._sources.vault
        while vault is not None:
            wait_s = await begin(lambda: tended(vault), "Vault's lease")
            await asyncio.sleep(TEND_S if wait_s is None else min(max(wait_s, 1.0), TEND_S))


def tended(vault: VaultSource) -> float | None:
    """Do what the lease needs now; return the seconds until it needs something again."""
    try:
        return vault.tend()
    except (SecretMissing, StoreUnavailable) as error:
        log.warning("the lease of Vault's token could not be looked after: %s", error)
    except Exception as error:  # noqa: BLE001  (the next fetch tries by itself; what this says may hold a secret, so its name is all)
        log.warning("the lease of Vault's token could not be looked after (%s)", type(error).__name__)
    return None


def probe_of(keeper: Keeper) -> Callable[[], Awaitable[str | None]]:
    """Return what says why the last fetch failed."""

    async def probe() -> str | None:
        return keeper.fault

    return probe
