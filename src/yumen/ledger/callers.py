"""Who uses a key: its requests by address, program and model, for whoever fears that it has leaked. Nouns and pure rules."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from yumen.ledger.rules import LEAST_FAILED

if TYPE_CHECKING:
    from collections.abc import Iterable

    from yumen.ledger.entry import Entry

MOST = 200
"""How many lines an answer has; whoever hands a key around a botnet needs no more of them to see it."""


class CallersWanted(msgspec.Struct, frozen=True):
    """Whose callers are wanted: of one organization's key, from `since_us` on and before `until_us`."""

    organization_id: str
    key_id: str
    since_us: int
    until_us: int


class CallerUse(msgspec.Struct, frozen=True):
    """What one caller did with the key: one address, program and model. Times are UTC microseconds."""

    address: str
    user_agent: str | None
    model: str | None
    requests: int
    errors: int
    """Those that got an error, refusals of the gateway among them."""
    first_us: int
    last_us: int


def is_wanted(wanted: CallersWanted, entry: Entry) -> bool:
    """Whether an entry is wanted; the store's SQL says the same."""
    whose = entry.key_id == wanted.key_id and entry.organization_id == wanted.organization_id
    return whose and wanted.since_us <= entry.time_us < wanted.until_us


def use_of(entry: Entry) -> CallerUse:
    """Return what one entry adds."""
    model = entry.model_answered or entry.model
    errors = entry.count if entry.status >= LEAST_FAILED else 0
    return CallerUse(entry.caller, entry.user_agent, model, entry.count, errors, entry.time_us, entry.time_us)


def put_callers_together(uses: Iterable[CallerUse]) -> list[CallerUse]:
    """Return one line a caller, whoever came last first, at most `MOST`."""
    found: dict[tuple[str, str | None, str | None], CallerUse] = {}
    for use in uses:
        whose = (use.address, use.user_agent, use.model)
        found[whose] = use if whose not in found else both(found[whose], use)
    return sorted(found.values(), key=lambda use: (-use.last_us, use.address, use.user_agent or "", use.model or ""))[:MOST]


def both(one: CallerUse, other: CallerUse) -> CallerUse:
    """Add up two lines of one caller."""
    return msgspec.structs.replace(
        one,
        requests=one.requests + other.requests,
        errors=one.errors + other.errors,
        first_us=min(one.first_us, other.first_us),
        last_us=max(one.last_us, other.last_us),
    )
