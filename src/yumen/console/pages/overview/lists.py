"""The overview's lists: who used most, what is close to its limit, and what changed; rows of cells that page and script write alike."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from yumen.console.pages.acts import sentence_of
from yumen.console.pages.limits.lines import close, lines_of
from yumen.console.pages.locales import SIMPLIFIED
from yumen.console.pages.overview.charts import nano
from yumen.console.pages.overview.figures import tokens
from yumen.organizations.permissions import Action

if TYPE_CHECKING:
    from collections.abc import Iterable

    from yumen.console.api.usage_series import Sums
    from yumen.console.pages.limits.names import Names
    from yumen.console.pages.visit import Visit

MOST = 5
MOST_CHANGES = 8
ALL = 1000


class Cell(msgspec.Struct, frozen=True):
    """A text in a list; with a link, a meter (a share of one), or a time."""

    text: str
    href: str | None = None
    share: float | None = None
    at: str | None = None


Row = list[Cell]


async def top(visit: Visit, asked: dict[str, object], group: str, names: Names) -> list[Row]:
    """Return who used most: `group` is model, api_key_id or workspace_id."""
    totals = (await visit.do("usage_series.list", {**asked, "group_by": [group]})).totals
    return [row_of(visit, total, named(total, group, names)) for total in ranked(visit, totals)]


def ranked(visit: Visit, totals: Iterable[Sums]) -> list[Sums]:
    """Put the dearest first; for whoever may not see costs, the one with most tokens."""
    if visit.may(Action.COST_READ):
        return sorted(totals, key=lambda total: (-(nano(total.cost_usd) or 0), -total.requests))[:MOST]
    return sorted(totals, key=lambda total: (-tokens(total), -total.requests))[:MOST]


def named(total: Sums, group: str, names: Names) -> Cell:
    """Name whose a sum is."""
    value = getattr(total, group)
    if value is None:
        return Cell("–")
    if group == "model":
        return Cell(value)
    one = names.of("key" if group == "api_key_id" else "workspace", value)
    return Cell(one.name, one.path)


def row_of(visit: Visit, total: Sums, name: Cell) -> Row:
    """Return a line of a top list."""
    locale = visit.locale
    cells = [name, Cell(locale.short(total.requests)), Cell(locale.short(tokens(total)))]
    return [*cells, Cell(locale.money(nano(total.cost_usd)))] if visit.may(Action.COST_READ) else cells


async def close_to_limits(visit: Visit, names: Names) -> list[Row]:
    """Return the limits that are nearly used up, the fullest first."""
    found = (await visit.do("limits.list", {"limit": ALL})).data
    lines = close(lines_of(visit, found, names))
    return [
        [Cell(line.of.name, line.of.path), Cell(f"{line.label}: {line.used} / {line.value}"), Cell(line.label, share=line.share)]
        for line in lines
    ]


async def changes(visit: Visit, names: Names) -> list[Row]:
    """Return what was done and what was told lately, the newest first."""
    found: list[tuple[str, str]] = []
    if visit.may(Action.ALERT_READ):
        alerts, chinese = (await visit.do("alerts.list", {"limit": MOST_CHANGES})).data, visit.locale.language == SIMPLIFIED
        found += [(alert.told_at, names.in_text(alert.subject_zh if chinese else alert.subject)) for alert in alerts]
    if visit.may(Action.AUDIT_READ):
        acts = (await visit.do("audit_log.list", {"limit": MOST_CHANGES})).data
        found += [(act.created_at, sentence_of(visit, act, names)) for act in acts]
    newest = sorted(found, reverse=True)[:MOST_CHANGES]
    return [[Cell(text), Cell("", at=at)] for at, text in newest]
