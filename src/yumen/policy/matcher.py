"""What a compiled set of rules does with a text: find hits, and say how much of a text that still grows is settled."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Sequence

    from yumen.policy.values import Hit


class Matcher(Protocol):
    """The text rules of all policies that a request is under, for one direction. It has no state, and may be used by several threads."""

    reach: int
    """The most characters by which `settled` lags behind: the longest hold-back of a stream."""
    context: int
    """How many characters before a text must be handed in again with its continuation."""

    def hits(self, text: str) -> Sequence[Hit]:
        """Return every hit, of all rules, by its start. They may overlap."""

    def settled(self, text: str) -> int:
        """Return up to where nothing changes any more, whatever follows: every hit that begins before is whole and known."""
