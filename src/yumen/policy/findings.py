"""What policies found in one exchange, added up: where and by which rule, and, only where that may be kept, the words around it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from yumen.policy.values import Action, Flag, On, Place

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from yumen.policy.compiled import Compiled
    from yumen.policy.values import Hit

    Seen = Callable[[Sequence[Hit], Place, str], None]
    """Takes hits, and the text in which their positions count."""

AROUND = 80
"""Characters that are kept on either side of a hit."""
MOST_EXCERPTS = 50
"""Of so many hits of an exchange are the words kept."""
MOST_CHARACTERS = 2_000
"""No excerpt is longer."""
MOST_FLAGS = 1_000
"""Beyond so many different flags of one exchange no further one is added; those that are there go on counting."""


class Excerpt(msgspec.Struct, frozen=True):
    """The words around a hit: content, to be sealed. `start` and `end` say where in `text` the hit is."""

    text: str
    start: int
    end: int

    def __repr__(self) -> str:
        """Say nothing of the words."""
        return "Excerpt(…)"


class Findings:
    """Takes what is found in an exchange, its request first. Used by one task at a time."""

    def __init__(self, compiled: Compiled, *, keeps_text: bool = False, seen: Seen | None = None) -> None:
        """Add up what those policies find. `keeps_text`: whether the words around a hit may be kept, if it comes to that.

        `seen` is told of everything that is noted; it is for whoever tries a policy out.
        """
        self._compiled = compiled
        self._keeps_text = keeps_text
        self._seen = seen
        self._counts: dict[Flag, int] = {}
        self._excerpts: dict[Flag, list[Excerpt]] = {}
        self._room = MOST_EXCERPTS
        self.blocked = False
        """Whether a rule that acts refused the request or ended the answer."""

    def note(self, hits: Sequence[Hit], on: On, place: Place, text: str = "") -> None:
        """Add hits that are not exempt (`Decided.noted`, or `asked.hits_of`), and the text in which their positions count."""
        if self._seen is not None:
            self._seen(hits, place, text)
        for hit in hits:
            flag = self._flag(hit, on, place)
            if flag not in self._counts and len(self._counts) >= MOST_FLAGS:
                continue
            self._counts[flag] = self._counts.get(flag, 0) + 1
            self.blocked = self.blocked or (flag.action is Action.BLOCK and not flag.shadow)
            if self._keeps_text and text and self._room:
                self._room -= 1
                self._excerpts.setdefault(flag, []).append(excerpt_of(text, hit))

    @property
    def flags(self) -> list[tuple[Flag, tuple[Excerpt, ...]]]:
        """What is to be written down, in the order in which it was found."""
        return [(msgspec.structs.replace(flag, count=count), tuple(self._excerpts.get(flag, ()))) for flag, count in self._counts.items()]

    def _flag(self, hit: Hit, on: On, place: Place) -> Flag:
        rule = self._compiled.rules[hit.rule]
        applied = self._compiled.applied[rule.policy]
        return Flag(applied.policy.name, applied.version, rule.rule.name, rule.rule.action, rule.shadow, on, place, hit.kind, 0)


def excerpt_of(text: str, hit: Hit) -> Excerpt:
    """Return a hit with the words around it."""
    begin = max(0, hit.start - AROUND)
    shown = text[begin : min(hit.end + AROUND, begin + MOST_CHARACTERS)]
    return Excerpt(shown, hit.start - begin, min(hit.end - begin, len(shown)))


def note_of(flags: Sequence[Flag]) -> str | None:
    """Return what was found and done in a few words, such as `personal-data/mail redact ×2, shadow: names/staff flag`; None: nothing."""
    counts: dict[tuple[bool, str], int] = {}
    for flag in flags:
        what = flag.shadow, f"{flag.policy}/{flag.rule} {flag.action}"
        counts[what] = counts.get(what, 0) + flag.count
    if not counts:
        return None
    shown = [
        ("shadow: " if shadow else "") + what + (f" ×{count}" if count > 1 else "") for (shadow, what), count in sorted(counts.items())
    ]
    most = 8
    return ", ".join(shown[:most]) + (f", and {len(shown) - most} more" if len(shown) > most else "")
