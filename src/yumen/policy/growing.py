"""A text that grows: how much of it is final, and what stands in it then instead of what was found."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, Protocol

from yumen.errors import UpstreamRubbish
from yumen.policy.halves import readable

if TYPE_CHECKING:
    from collections.abc import Sequence

MOST_HELD = 256 * 1024
"""Characters. More than any rule's reach; only hits that overlap each other without an end could hold back so much."""
PATIENT = 2048
"""Characters. Where more is held back, not every piece is worth a look at all of it: only a sixteenth more of it is."""
SHARE = 16
TOO_LONG_HELD = "The upstream's answer cannot be screened: what a rule may find in it has no end."


class Change(NamedTuple):
    """Other text for a span. Positions count characters from the text's beginning."""

    start: int
    end: int
    new: str


class Found(NamedTuple):
    """What is known of a text so far: before `settled` nothing changes any more, and no change reaches over it."""

    changes: Sequence[Change]
    settled: int


class Finder(Protocol):
    """Finds what must be replaced in a text of which more may come."""

    context: int
    """How many characters before what is looked at must be seen again."""
    holds: bool
    """Whether what is not settled is held back. Where it only counts, nothing needs to be."""

    def find(self, text: str, begin: int, *, last: bool) -> Found:
        """Look at a text from `begin` on; `last`: nothing follows. Raises PolicyBlocked for what may not pass at all."""


class Growing(Protocol):
    """A text that is fed in pieces."""

    final: int
    """Up to this position nothing changes any more; all changes before it were returned."""
    size: int
    """How much came."""

    def add(self, piece: str, *, last: bool = False) -> Sequence[Change]:
        """Take the next piece; return the changes that are final now. `last`: it ends here."""


class GrowingText:
    """A text as it stands: of it only what a finder must see again is kept."""

    __slots__ = ("_base", "_finder", "_looked", "_seen", "_window", "final", "size")

    def __init__(self, finder: Finder) -> None:
        """Begin with nothing."""
        self._finder = finder
        self._window = ""
        self._base = 0
        self._looked = 0
        self._seen = 0
        self.final = 0
        self.size = 0

    def add(self, piece: str, *, last: bool = False) -> Sequence[Change]:
        """As the protocol says."""
        seen = readable(piece)
        window = self._window = self._window + seen if self._window else seen
        self.size += len(piece)
        if not last and (not piece or self._waits()):
            return ()
        self._seen = self.size
        begin, base = self._looked - self._base, self._base
        found = self._finder.find(window, begin, last=last)
        self._looked = base + found.settled
        self.final = self._looked if self._finder.holds else self.size
        if len(window) - found.settled > MOST_HELD:
            raise UpstreamRubbish(TOO_LONG_HELD)
        drop = found.settled - self._finder.context
        if drop > 0:
            self._window = window[drop:]
            self._base = base + drop
        if not base:
            return found.changes
        return [Change(base + change.start, base + change.end, change.new) for change in found.changes]

    def _waits(self) -> bool:
        """Tell whether too little is new for another look; so the work grows with the text, not with its square."""
        held = self._seen - self._looked
        if held <= PATIENT or (self.size - self._seen) * SHARE >= held:
            return False
        self.final = self.final if self._finder.holds else self.size
        return True


def rewritten(text: str, changes: Sequence[Change], begin: int = 0) -> str:
    """Return a piece of a text, which begins at that position of it, with changes of the text that concern it.

    What stands for a span that reaches over several pieces is in the one in which the span begins.
    """
    out, at = [], begin
    for change in changes:
        if change.end <= begin or change.start >= begin + len(text):
            continue
        out.append(text[at - begin : max(change.start, at) - begin])
        if change.start >= begin:
            out.append(change.new)
        at = min(change.end, begin + len(text))
    return "".join([*out, text[at - begin :]])
