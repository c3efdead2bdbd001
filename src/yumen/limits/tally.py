"""What limits report: counts for the metrics, one log line a minute for each shadow limit, and how limits stand for the alerts."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Protocol

from yumen.limits.rules import TOKENS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from yumen.clock import Clock
    from yumen.limits.rules import Claim
    from yumen.limits.values import Granted, Refused, Standing

log = logging.getLogger("yumen.limits")

LOG_EVERY_US = 60_000_000
MOST_LINES = 1000
"""How many lines of shadow limits are counted apart until the next report."""


class OnStanding(Protocol):
    """Somebody who looks at how limits stand."""

    def __call__(  # noqa: PLR0913, PLR0917  (called for each limit of each request: a noun would cost more than the work)
        self,
        organization_id: str,
        scope_kind: str,
        scope_id: str,
        limit_kind: str,
        limit: int,
        remaining: int,
        reset_us: int,
        *,
        refused: bool = False,
    ) -> None:
        """Look at one limit after a request."""


class Tally:
    """Plain numbers, and whom to tell."""

    def __init__(self, clock: Clock, on_standing: OnStanding | None = None) -> None:
        """Begin at nothing."""
        self._clock = clock
        self._on_standing = on_standing
        self.refused = 0
        """Requests that a limit refused."""
        self.shadowed = 0
        """Times that a shadow limit would have refused."""
        self.uncounted = 0
        """Requests that passed although their limits could not be counted."""
        self.waited = 0
        """Requests that waited for room and found it."""
        self._shadows: dict[str, int] = {}
        self._told_us = 0
        self._uncounted_told_us = 0

    def granted(self, organization_id: str, claims: Sequence[Claim], verdict: Granted) -> None:
        """Note an admission."""
        for index in verdict.over:
            self._shadow(organization_id, claims[index])
        if verdict.over or self._shadows:
            self._report()
        if self._on_standing is not None:
            for claim, standing in zip(claims, verdict.standings, strict=True):
                self._stand(organization_id, claim, standing, refused=False)

    def denied(self, organization_id: str, claims: Sequence[Claim], verdict: Refused) -> None:
        """Note a refusal."""
        self.refused += 1
        if self._on_standing is not None:
            for index in verdict.refusing:
                claim = claims[index]
                if max(claim.demand.amount, 1) <= claim.demand.limit:
                    self._stand(organization_id, claim, verdict.standings[index], refused=True)

    def passed_uncounted(self, fault: Exception) -> None:
        """Note a request that passes although its limits cannot be counted."""
        self.uncounted += 1
        now_us = self._clock.now_us()
        if now_us - self._uncounted_told_us >= LOG_EVERY_US:
            self._uncounted_told_us = now_us
            log.error(
                "limits cannot be counted (%s): requests pass uncounted (%d so far), as limits.on_unavailable says", fault, self.uncounted
            )

    def _stand(self, organization_id: str, claim: Claim, standing: Standing, *, refused: bool) -> None:
        if self._on_standing is None:
            return
        scope, kind = claim.line.scope, claim.line.limit.kind
        name = f"{kind}:{claim.demand.counter.rpartition(':')[2]}" if kind in TOKENS else str(kind)
        self._on_standing(
            organization_id, scope.kind, scope.id, name, claim.demand.limit, standing.remaining, standing.reset_us, refused=refused
        )

    def _shadow(self, organization_id: str, claim: Claim) -> None:
        self.shadowed += 1
        name = f"{claim.demand.counter} of {organization_id} ({claim.demand.limit:,})"
        if name in self._shadows or len(self._shadows) < MOST_LINES:
            self._shadows[name] = self._shadows.get(name, 0) + 1

    def _report(self) -> None:
        now_us = self._clock.now_us()
        if now_us - self._told_us < LOG_EVERY_US:
            return
        self._told_us = now_us
        for name, times in self._shadows.items():
            log.warning("the shadow limit %s would have refused %d requests since it was last told", name, times)
        self._shadows.clear()
