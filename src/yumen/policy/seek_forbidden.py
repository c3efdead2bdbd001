"""Finds in an answer's text what the rules forbid, as far as it is settled."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from yumen.errors import PolicyBlocked, PolicyUnavailable
from yumen.policy.deciding import decide, refusal
from yumen.policy.growing import Change, Found
from yumen.policy.placeholders import mark
from yumen.policy.values import On, Place

if TYPE_CHECKING:
    from collections.abc import Sequence

    from yumen.policy.compiled import Compiled
    from yumen.policy.findings import Findings
    from yumen.policy.matcher import Matcher
    from yumen.policy.seek_placeholders import Placed
    from yumen.policy.values import Hit

log = logging.getLogger("yumen.policy")


class Forbidden:
    """The finder for one kind of place.

    In the name of a tool nothing can be put in a hit's place: there what would be redacted blocks, as in requests.
    Of hits that hang together all must be known before one of them is acted on: a longer one, or an `allow`, may decide otherwise.
    """

    __slots__ = ("_compiled", "_findings", "_matcher", "_place", "_placed", "context", "holds")

    def __init__(self, compiled: Compiled, matcher: Matcher, findings: Findings, placed: Placed | None, place: Place) -> None:
        """Hold texts to those policies, and note what is found. A hit inside of one of the `placed` placeholders is none."""
        self._compiled = compiled
        self._matcher = matcher
        self._findings = findings
        self._placed = placed
        self._place = place
        self.context = matcher.context
        self.holds = compiled.acts_on(On.ANSWER)

    def find(self, text: str, begin: int, *, last: bool) -> Found:
        """As the protocol says."""
        hits, settled = self._matched(text, begin, last=last)
        spans: list[tuple[int, int]] = []
        if self._placed is not None and "[" in text:
            spans = self._placed.spans(text)
            settled = settled if last else min(settled, max(begin, self._placed.begun(text)))
        if not hits and not spans:
            return Found((), settled)
        hits = [hit for hit in hits if hit.start >= begin and not any(start <= hit.start and hit.end <= end for start, end in spans)]
        if not last:
            settled = max(begin, clear_of(settled, [*spans, *((hit.start, hit.end) for hit in hits)]))
        return Found(self._changes(text, [hit for hit in hits if hit.end <= settled]), settled)

    def _matched(self, text: str, begin: int, *, last: bool) -> tuple[Sequence[Hit], int]:
        """Return the hits, and what is settled. Raises PolicyUnavailable where that cannot be told: then nothing may pass."""
        try:
            return self._matcher.hits(text), len(text) if last else max(begin, self._matcher.settled(text))
        except Exception as error:  # noqa: BLE001  (whatever it is; its message could hold what was looked at)
            log.error("an answer cannot be screened: %s", type(error).__name__)  # noqa: TRY400
            raise PolicyUnavailable from None

    def _changes(self, text: str, hits: Sequence[Hit]) -> Sequence[Change]:
        if not hits:
            return ()
        decided = decide(self._compiled, hits)
        if decided.noted:
            self._findings.note(decided.noted, On.ANSWER, self._place, text)
        ends = next(iter(decided.acts), None) if self._place is Place.TOOLS else decided.block
        if ends is not None:
            raise PolicyBlocked(refusal(self._compiled.rules[ends.rule]))
        return [Change(act.start, act.end, mark(act.kind)) for act in decided.acts]


def clear_of(position: int, spans: Sequence[tuple[int, int]]) -> int:
    """Return the last position, up to that one, over which no span reaches."""
    for start, end in sorted(spans, key=lambda span: span[1], reverse=True):
        if end <= position:
            break
        position = min(position, start)
    return position
