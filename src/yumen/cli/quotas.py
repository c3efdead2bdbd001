"""What organizations have left of their requests a month, as `yumen usage` says it below its table."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import msgspec

from yumen.cli.limit_use import use_in_ledger
from yumen.clock import EPOCH, iso
from yumen.exchange.values import Principal
from yumen.ledger import By
from yumen.limits.periods import time_zone
from yumen.limits.terms import Terms
from yumen.limits.terms.rules import lines_for
from yumen.limits.values import Kind

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from yumen.cli.console import Console
    from yumen.cli.opened import Desk
    from yumen.ledger import Filter
    from yumen.limits.terms import OrganizationTerms


class Quota(msgspec.Struct, frozen=True):
    """An organization's requests of this month, by the ledger."""

    organization_id: str
    organization: str | None
    limit: int
    used: int
    left: int
    resets_at: str
    until: str
    """The same in the organization's time zone, for eyes."""


async def quotas(desk: Desk, wanted: Filter, names: Mapping[str, str], now_us: int) -> list[Quota]:
    """Return the quota of each organization whose calls are wanted and that has one."""
    if wanted.organization_id is not None:
        organizations = [wanted.organization_id]
    else:
        rows = await desk.reports.usage([By.ORGANIZATION], wanted)
        organizations = [row.organization_id for row in rows if row.organization_id is not None]
    terms = await desk.terms.read(organizations)
    found = [await quota_of(desk, each, terms[each], now_us) for each in organizations]
    return [msgspec.structs.replace(quota, organization=names.get(quota.organization_id)) for quota in found if quota is not None]


async def quota_of(desk: Desk, organization_id: str, terms: OrganizationTerms, now_us: int) -> Quota | None:
    """Return an organization's quota; None where it has none."""
    lines = lines_for(terms, Principal("", "", "", "", organization_id=organization_id))
    line = next((line for line in lines if line.limit.kind is Kind.REQUESTS_PER_MONTH), None)
    if line is None:
        return None
    use = await use_in_ledger(desk.reports, Terms(organization_id, terms.time_zone), line, now_us)
    if use is None or use.until_us is None:
        return None
    until = (EPOCH + timedelta(microseconds=use.until_us)).astimezone(time_zone(terms.time_zone))
    left = max(0, line.limit.value - use.used)
    return Quota(organization_id, None, line.limit.value, use.used, left, iso(use.until_us), f"{until:%Y-%m-%d %H:%M} {terms.time_zone}")


def print_quotas(console: Console, found: Sequence[Quota], *, as_json: bool) -> None:
    """Print what is left: an object of its own in JSON, under the name of its limit; else a sentence beside the table."""
    for quota in found:
        if as_json:
            shown = msgspec.to_builtins(quota)
            del shown["until"]
            whose = {name: shown.pop(name) for name in ("organization_id", "organization")}
            console.raw(msgspec.json.encode(whose | {"requests_per_month": shown}).decode())
            continue
        console.note(
            "{organization} has {left} of {limit} requests left this month, which ends on {until}",
            organization=quota.organization or quota.organization_id,
            left=f"{quota.left:,}",
            limit=f"{quota.limit:,}",
            until=quota.until,
        )
