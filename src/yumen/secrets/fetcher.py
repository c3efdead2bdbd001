"""Fetches one secret without holding up anybody, however long its store takes."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from yumen.secrets.threads import begin
from yumen.secrets.values import SecretMissing, Stage, StoreUnavailable

if TYPE_CHECKING:
    from yumen.secrets.values import Reference, Source

MOST_HANGING = 3
"""So many threads may wait for a store that has not answered in time; before one of them ends, it is not asked again."""


class Fetcher:
    """Asks a store for one secret."""

    def __init__(self, reference: Reference, source: Source, timeout_s: float) -> None:
        """Ask that store, which may take so many seconds to answer."""
        self.reference = reference
        self._source = source
        self._timeout_s = timeout_s
        self._hanging = 0

    async def fetch(self, stage: Stage = Stage.CURRENT) -> str:
        """Return the secret's text. Raises SecretMissing and StoreUnavailable, and nothing else."""
        if self._hanging >= MOST_HANGING:
            raise StoreUnavailable(
                "{secret}: the store has not answered {questions} questions, so it is not asked another.",
                secret=self.reference,
                questions=self._hanging,
            )
        self._hanging += 1
        answer = begin(lambda: self._asked(stage), f"secret {self.reference}")
        answer.add_done_callback(self._ended)
        done, _ = await asyncio.wait([answer], timeout=self._timeout_s)
        if not done:
            raise StoreUnavailable(
                "{secret}: the store did not answer within {seconds} s.", secret=self.reference, seconds=f"{self._timeout_s:g}"
            )
        outcome = answer.result()
        if isinstance(outcome, str):
            return outcome
        raise outcome

    def _ended(self, _: object) -> None:
        self._hanging -= 1

    def _asked(self, stage: Stage) -> str | SecretMissing | StoreUnavailable:
        try:
            return self._source.fetch(self.reference, stage)
        except (SecretMissing, StoreUnavailable) as error:
            return error
        except Exception as error:  # noqa: BLE001  (a store's library that stumbles must not end the gateway)
            # What it says may hold the secret, so its name is all.
            return StoreUnavailable("{secret}: the store cannot be asked ({kind}).", secret=self.reference, kind=type(error).__name__)
