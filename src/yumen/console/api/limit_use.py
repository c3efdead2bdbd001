"""How limits stand right now: by the counters, and where a day or month is not counted yet, as after a start, by the ledger."""

from __future__ import annotations

from typing import TYPE_CHECKING

from yumen.ledger.breakdown import Part
from yumen.ledger.series import HOUR_US, SeriesWanted
from yumen.limits.periods import period_of
from yumen.limits.values import PERIODS, SPEND, ScopeKind, Standing

if TYPE_CHECKING:
    from collections.abc import Sequence

    from yumen.console.api.call import Call
    from yumen.limits.values import Line, Scope

MOST = 100
"""How many limits are read from the ledger at once; of more, what is not counted yet is not told."""
PARTS = {ScopeKind.WORKSPACE: Part.WORKSPACE, ScopeKind.KEY: Part.KEY, ScopeKind.MEMBER: Part.MEMBER, ScopeKind.LABEL: Part.LABEL}
"""By which part of an entry a scope's use is found; an organization's is all of it."""


async def uses_of(call: Call, lines: Sequence[Line]) -> list[Standing | None]:
    """Return a standing for each limit; None where nothing was counted, or nobody can tell."""
    uses = list(await call.services.use_now(call.organization_id, lines))
    unknown = [place for place, line in enumerate(lines) if uses[place] is None and line.limit.kind in PERIODS]
    if unknown:
        zone = (await call.services.offices.registry.one(call.organization_id)).time_zone
        for place in unknown[:MOST]:
            uses[place] = await by_ledger(call, lines[place], zone)
    return uses


async def by_ledger(call: Call, line: Line, zone: str) -> Standing:
    """Say how a day's or month's limit stands by what the ledger has of it."""
    period = period_of(line.limit.kind, zone, call.clock.now_us())
    wanted = SeriesWanted(call.organization_id, period.from_us, call.clock.now_us() + 1, HOUR_US, (), only_of(line.scope), exact=True)
    slots = await call.services.reports.series(wanted)
    used = sum(slot.cost_nanousd if line.limit.kind in SPEND else slot.counted for slot in slots)
    return Standing(max(line.limit.value - used, 0), period.until_us)


def only_of(scope: Scope) -> dict[Part, tuple[str, ...]]:
    """Return which requests are a scope's: those of one value of a part, or all."""
    return {PARTS[scope.kind]: (scope.id,)} if scope.kind in PARTS else {}
