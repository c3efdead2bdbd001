"""How much of limits is used: by the counters in Redis where they are there, else days and months by the ledger."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from yumen.claude import find_endpoint
from yumen.ledger import Filter
from yumen.limits.periods import period_of
from yumen.limits.rules import TOKENS, Call, claims_of
from yumen.limits.terms import Terms
from yumen.limits.values import PERIODS, SPEND, ScopeKind

if TYPE_CHECKING:
    from collections.abc import Sequence

    from yumen.ledger import Reports
    from yumen.limits import LimitStore
    from yumen.limits.values import Line, Scope

FIELDS = {
    ScopeKind.WORKSPACE: "workspace_id",
    ScopeKind.KEY: "key_id",
    ScopeKind.MEMBER: "user_id",
    ScopeKind.LABEL: "label",
}


class Use(msgspec.Struct, frozen=True):
    """What is used of a limit, and until when it counts."""

    used: int
    until_us: int | None = None


async def use_in_ledger(reports: Reports, terms: Terms, line: Line, now_us: int) -> Use | None:
    """Return what the ledger has of a limit that counts by days or months; None for another."""
    kind = line.limit.kind
    if kind not in PERIODS:
        return None
    period = period_of(kind, terms.time_zone, now_us)
    wanted = msgspec.structs.replace(of_scope(terms.organization_id, line.scope), since_us=period.from_us, until_us=period.until_us)
    rows = await reports.usage((), wanted)
    return Use(sum(row.cost_nanousd if kind in SPEND else row.counted for row in rows), period.until_us)


async def use_in_store(store: LimitStore, terms: Terms, now_us: int) -> dict[Line, Use]:
    """Return what the counters of a store say now. Those of tokens are not asked: there is one for each class of models."""
    match = find_endpoint("POST", "/v1/messages")
    assert match is not None  # noqa: S101  (it is in the table)
    claims = [claim for claim in claims_of(terms, Call(match.endpoint, now_us)) if claim.line.limit.kind not in TOKENS]
    standings = await store.read(terms.organization_id, [claim.demand for claim in claims])
    return {
        claim.line: Use(claim.demand.limit - standing.remaining, claim.demand.until_us or None)
        for claim, standing in zip(claims, standings, strict=True)
        if standing is not None
    }


async def uses(reports: Reports, store: LimitStore | None, terms: Terms, now_us: int) -> list[Use | None]:
    """Return what is used of each line of the terms, in their order; None where nobody here knows."""
    counted = {} if store is None else await use_in_store(store, terms, now_us)
    return [counted.get(line) or await use_in_ledger(reports, terms, line, now_us) for line in terms.lines]


def of_scope(organization_id: str, scope: Scope) -> Filter:
    """Return which entries a scope counts."""
    field = FIELDS.get(scope.kind)
    everything = Filter(organization_id=organization_id)
    return everything if field is None else msgspec.structs.replace(everything, **{field: scope.id})


def without_counter(lines: Sequence[Line]) -> bool:
    """Whether something is limited that no ledger counts: rates and what is open at a time."""
    return any(line.limit.kind not in PERIODS for line in lines)
