"""resolve: which upstreams can serve what was asked, and what each of them calls its model."""

from __future__ import annotations

import asyncio
from functools import partial
from typing import TYPE_CHECKING, Protocol

from yumen.errors import InvalidRequest, NotFound, NoUpstreamOfItsOwn
from yumen.exchange.values import Candidate
from yumen.routes.aliases.batches import refuse_aliases
from yumen.routes.rules import sent_model, serves_environment, serves_organization

if TYPE_CHECKING:
    from collections.abc import Mapping

    from yumen.exchange import Exchange
    from yumen.routes.way import Way
    from yumen.storage import Spool

NAMED = b"x-yumen-upstream"


class Aliases(Protocol):
    """The organizations' own names for models."""

    def model_for(self, organization_id: str, name: str) -> str | None:
        """Return the model that an organization means by a name, None where it has no such alias."""

    def has_any(self, organization_id: str) -> bool:
        """Tell whether an organization has aliases at all."""


class Candidates:
    """Finds them among all ways."""

    def __init__(self, ways: Mapping[str, Way], aliases: Aliases | None) -> None:
        """Look among these, by the organizations' aliases where there are any."""
        self._ways = ways
        self._aliases = aliases
        self._only = next(iter(ways)) if is_simple(ways) else None
        """The one upstream that takes everything, where that is so."""

    async def of(self, exchange: Exchange) -> tuple[Candidate, ...]:
        """Return a request's, in the ways' order.

        Raises NotFound where no upstream serves the model or has what the request names, NoUpstreamOfItsOwn for an isolated
        organization that has none.
        """
        asked = exchange.view.model
        meant = self._meant(exchange, asked)
        if self._only is not None and not is_isolated(exchange):
            candidates: tuple[Candidate, ...] = (Candidate(self._only, meant),)
        else:
            found = [self._candidate(way, exchange, asked, meant) for way in self._ways.values()]
            candidates = tuple([each for each in found if each is not None])
        wanted = exchange.request.head.fields.get(NAMED)
        if wanted is not None or exchange.pinned is not None:
            candidates = self._narrowed(exchange, candidates, None if wanted is None else wanted.decode("latin-1"))
        if not candidates and self._ways:
            if asked is not None and any(self._open_to(way, exchange) for way in self._ways.values()):
                raise NotFound(f"model: {asked}")
            if is_isolated(exchange):
                raise NoUpstreamOfItsOwn
            raise NotFound("No upstream of this gateway serves this endpoint for this key's environment.")
        if exchange.endpoint.makes_batch and exchange.spool is not None:
            await self._check_batch(exchange, exchange.spool)
        return candidates

    def _meant(self, exchange: Exchange, asked: str | None) -> str | None:
        if asked is None or self._aliases is None or exchange.principal is None:
            return asked
        return self._aliases.model_for(exchange.principal.organization_id, asked) or asked

    async def _check_batch(self, exchange: Exchange, spool: Spool) -> None:
        """Raise InvalidRequest where an alias stands in a batch."""
        aliases, principal = self._aliases, exchange.principal
        if aliases is not None and principal is not None and aliases.has_any(principal.organization_id):
            meant = partial(aliases.model_for, principal.organization_id)
            await asyncio.to_thread(refuse_aliases, spool.pieces(), meant)

    def _open_to(self, way: Way, exchange: Exchange) -> bool:
        upstream, principal = way.upstream, exchange.principal
        if principal is not None:
            share = upstream.share
            if not serves_environment(share, principal.environment):
                return False
            if not serves_organization(share, principal.organization_id, isolated=principal.isolated):
                return False
        return upstream.dialect is None or upstream.dialect.serves(exchange.endpoint)

    def _candidate(self, way: Way, exchange: Exchange, asked: str | None, meant: str | None) -> Candidate | None:
        if not self._open_to(way, exchange):
            return None
        if asked is None or meant is None:
            return Candidate(way.upstream.name)
        sent = sent_model(way.upstream.share, asked, meant)
        return None if sent is None else Candidate(way.upstream.name, sent)

    def _narrowed(self, exchange: Exchange, candidates: tuple[Candidate, ...], wanted: str | None) -> tuple[Candidate, ...]:
        """Return the one candidate that the request names, or that has the things which it names."""
        pinned = exchange.pinned
        if pinned is not None and pinned not in self._ways:
            raise NotFound("What this request names is at an upstream that this gateway does not use any more.")
        if wanted is not None and pinned not in (None, wanted):
            raise InvalidRequest("x-yumen-upstream: what this request names is at another upstream")
        chosen = tuple([each for each in candidates if each.upstream == (pinned or wanted)])
        if not chosen and pinned is None:
            raise InvalidRequest("x-yumen-upstream: this gateway has no upstream of that name for this request")
        if not chosen:
            raise NotFound("What this request names is at an upstream that does not serve this request for this key.")
        return chosen


def is_simple(ways: Mapping[str, Way]) -> bool:
    """Tell whether there is but one upstream, which takes whatever is asked under the name that the caller gave it."""
    if len(ways) != 1:
        return False
    upstream = next(iter(ways.values())).upstream
    share = upstream.share
    return upstream.dialect is None and not (share.models or share.names or share.environments or share.organizations)


def is_isolated(exchange: Exchange) -> bool:
    """Tell whether the request's organization is: then only its own upstreams may serve it."""
    return exchange.principal is not None and exchange.principal.isolated
