"""A limit as a page shows it: in words, with what is used of it right now."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from yumen.console.api.limit_fields import nanodollars
from yumen.console.pages.limit_forms import KIND_SENTENCES, SPEND
from yumen.console.pages.limits.names import Named
from yumen.organizations.permissions import Action

if TYPE_CHECKING:
    from collections.abc import Iterable

    from yumen.console.api.limits import LineShown
    from yumen.console.pages.limits.names import Names
    from yumen.console.pages.visit import Visit

CLOSE = 0.6
"""From this share on a limit is close to its end."""
SOURCE_SENTENCES = {
    "plan": "The plan",
    "organization": "Set on the organization",
    "workspace": "Set on the workspace",
    "key": "Set on the key",
    "member": "Set on the member",
    "label": "Set on the cost centre",
}
MODE_SENTENCES = {"enforce": "Refuses", "shadow": "Only watches"}
RESERVE_SENTENCES = {"bound": "Never passed", "expected": "By what is expected"}
TOKENS = frozenset({"input_tokens_per_minute", "output_tokens_per_minute"})
S = 1000


class Line(msgspec.Struct, frozen=True):
    """A limit, ready to be shown."""

    of: Named
    kind: str
    label: str
    value: str
    raw: int | str
    """The value as forms and the admin API have it."""
    by_class: bool
    """Whether each class of models is counted on its own; then the fullest one is shown."""
    used: str | None
    """None: nobody can tell, or the visitor may not see it."""
    left: str | None
    share: float | None
    resets_at: str | None
    source: str
    is_plans: bool
    mode: str
    mode_word: str
    reserve_word: str | None
    waits_s: str | None

    @property
    def name(self) -> str:
        """Its name among the limits of a page."""
        return f"{self.of.value}:{self.kind}"


def lines_of(visit: Visit, found: Iterable[LineShown], names: Names) -> list[Line]:
    """Return limits in words, in the order in which they were found."""
    return [line_of(visit, one, names) for one in found]


def line_of(visit: Visit, one: LineShown, names: Names) -> Line:
    """Return a limit in words."""
    limit, kind = one.limit, one.limit.kind
    use = one.use if kind not in SPEND or visit.may(Action.COST_READ) else None
    used, whole = (None if use is None else amount(kind, use.used)), amount(kind, limit.value)
    reserve = limit.reserve if isinstance(limit.reserve, str) else None
    return Line(
        of=names.of_scope(one.scope),
        kind=kind,
        label=visit.say(KIND_SENTENCES[kind]),
        value=written(visit, kind, limit.value),
        raw=limit.value,
        by_class=kind in TOKENS,
        used=None if use is None else written(visit, kind, use.used),
        left=None if use is None else written(visit, kind, use.remaining),
        share=None if used is None else used / whole,
        resets_at=None if use is None else use.resets_at,
        source=visit.say(SOURCE_SENTENCES["plan" if one.source == "plan" else one.scope.kind]),
        is_plans=one.source == "plan",
        mode=limit.mode,
        mode_word=visit.say(MODE_SENTENCES[limit.mode]),
        reserve_word=None if reserve is None else visit.say(RESERVE_SENTENCES[reserve]),
        waits_s=visit.locale.number(limit.wait_ms / S) if limit.wait_ms else None,
    )


def amount(kind: str, value: int | str) -> int:
    """Return a value in the limit's own unit: requests, tokens or nano-dollars."""
    return nanodollars("value", str(value)) if kind in SPEND else int(value)


def written(visit: Visit, kind: str, value: int | str) -> str:
    """Write a value in the visitor's language."""
    whole = amount(kind, value)
    return visit.locale.money(whole) if kind in SPEND else visit.locale.number(whole)


def close(lines: Iterable[Line]) -> list[Line]:
    """Return the limits that are nearly used up, the fullest first."""
    found = [line for line in lines if line.share is not None and line.share >= CLOSE]
    return sorted(found, key=lambda line: -(line.share or 0))
