"""resolve and choose: from what was asked to where it goes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from yumen.errors import UpstreamUnreachable
from yumen.exchange.values import Candidate, Target

if TYPE_CHECKING:
    from collections.abc import Sequence

    from yumen.exchange import Exchange
    from yumen.routes.values import Upstream


class Routes:
    """The operator's upstreams. Every request may go to each of them, in their order."""

    def __init__(self, upstreams: Sequence[Upstream]) -> None:
        """Route to these."""
        self._targets = {upstream.name: target_of(upstream) for upstream in upstreams}

    async def resolve(self, exchange: Exchange) -> None:
        """Set the candidates."""
        model = exchange.view.model
        exchange.candidates = tuple([Candidate(name, model) for name in self._targets])

    async def choose(self, exchange: Exchange) -> None:
        """Set the target. Raises UpstreamUnreachable where there is none."""
        if not exchange.candidates:
            raise UpstreamUnreachable("No upstream is configured for this request.")
        exchange.candidate = exchange.candidates[0]
        exchange.target = self._targets[exchange.candidate.upstream]


def target_of(upstream: Upstream) -> Target:
    """Return where requests to an upstream go."""
    origin = upstream.origin
    return Target(upstream.name, origin.authority, origin.prefix, upstream.credential)
