"""The two ways in which an answer is looked at: what rules forbid in it, and where the caller's own values belong."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from yumen.errors import UpstreamRubbish
from yumen.policy.growing import Found
from yumen.policy.seek_forbidden import Forbidden
from yumen.policy.seek_placeholders import Placed
from yumen.policy.values import Action, On, Place, Unseen

if TYPE_CHECKING:
    from collections.abc import Mapping

    from yumen.policy.compiled import Compiled
    from yumen.policy.findings import Findings
    from yumen.policy.growing import Finder

UNREADABLE = "The upstream's answer cannot be read, and it must be screened."


class Look(Protocol):
    """What is looked for in an answer, and what is done where that is not possible."""

    drops_thinking: bool
    """Whether a change in a thinking block drops the block: it is held until its end then. Else what is found is changed in place."""
    drops_encrypted: bool
    """Whether blocks that only Claude can read are dropped."""

    def finder(self, place: Place) -> Finder:
        """Return what looks at texts of a place."""

    def unreadable(self) -> None:
        """Raise UpstreamRubbish where an answer that cannot be read may not pass."""

    def may_skip(self, raw: bytes) -> bool:
        """Tell whether nothing can be found in an event's text, which begins in no other."""


class Screens:
    """Looks for what the rules on answers forbid. Longest hold-back of a stream: the matcher's `reach`, and the event it begins in.

    Thinking that a rule would redact is dropped, block by block: an edited block would not pass Claude's signature. So it is held until
    its end, but only where a rule that acts on answers redacts. Where rules block or flag alone, thinking flows as text does.
    """

    def __init__(self, compiled: Compiled, findings: Findings, mapping: Mapping[str, str]) -> None:
        """Hold an answer to those policies; the placeholders of that mapping are no hits."""
        acting = [each.rule for each in compiled.rules if not each.shadow and each.rule.on in (On.ANSWER, On.BOTH)]
        self.drops_thinking = any(rule.action is Action.REDACT for rule in acting)
        self.findings = findings
        """What takes the hits."""
        self.drops_encrypted = compiled.blind.encrypted is Unseen.REFUSE
        placed = Placed(mapping) if mapping else None
        matcher = compiled.answer
        self._finders: dict[Place, Finder] = (
            {} if matcher is None else {place: Forbidden(compiled, matcher, findings, placed, place) for place in Place}
        )

    def finder(self, place: Place) -> Finder:
        """As the protocol says."""
        return self._finders.get(place, NOTHING)

    def unreadable(self) -> None:
        """As the protocol says."""
        raise UpstreamRubbish(UNREADABLE)

    def may_skip(self, raw: bytes) -> bool:  # noqa: ARG002  (the protocol's signature)
        """As the protocol says: anything may be found."""
        return False


class Restores:
    """Looks for placeholders. What cannot be read passes: it was looked at before, where it had to be.

    Thinking is restored too, but only where a placeholder stands in the very form in which it was made: a caller sends thinking back,
    where its values become these placeholders again, and the block is to have the bytes that Claude signed.
    """

    drops_thinking = False
    drops_encrypted = False

    def __init__(self, mapping: Mapping[str, str]) -> None:
        """Restore from a mapping of placeholders to values."""
        self._placed = Placed(mapping)
        self._exact = Placed(mapping, exact=True)

    def finder(self, place: Place) -> Finder:
        """As the protocol says."""
        return self._exact if place is Place.THINKING else self._placed

    def unreadable(self) -> None:
        """As the protocol says."""

    def may_skip(self, raw: bytes) -> bool:
        """As the protocol says: no placeholder begins without a bracket."""
        return b"[" not in raw and b"\\u" not in raw


class _Nothing:
    """Finds nothing: there is no rule on text."""

    context = 0
    holds = False

    def find(self, text: str, begin: int, *, last: bool) -> Found:  # noqa: ARG002  (the protocol's signature)
        """As the protocol says."""
        return Found((), len(text))


NOTHING = _Nothing()
