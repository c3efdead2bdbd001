"""Finds in an answer's text the placeholders of the exchange, however Claude wrote them, for the caller's own values to be put back."""

from __future__ import annotations

from bisect import bisect_left
from typing import TYPE_CHECKING

from yumen.policy.growing import Change, Found
from yumen.policy.placeholders import FORM, LONGEST, canonical

if TYPE_CHECKING:
    import re
    from collections.abc import Mapping


class Placed:
    """The finder of the placeholders of one exchange. Any others stay as they are: they are another's, or nobody's."""

    __slots__ = ("_exact", "_mapping", "_names", "context", "holds")

    def __init__(self, mapping: Mapping[str, str], *, exact: bool = False) -> None:
        """Restore from a mapping of placeholders to values. `exact`: only what stands in the very form in which it was made."""
        self._mapping = mapping
        self._names = sorted(mapping)
        self._exact = exact
        self.context = 0
        self.holds = True

    def find(self, text: str, begin: int, *, last: bool) -> Found:
        """As the protocol says."""
        if "[" not in text:
            return Found((), len(text))
        known = [(found, self._mapping.get(self._name(found))) for found in FORM.finditer(text, begin)]
        changes = [Change(found.start(), found.end(), value) for found, value in known if value is not None]
        return Found(changes, len(text) if last else max(begin, self.begun(text)))

    def spans(self, text: str) -> list[tuple[int, int]]:
        """Return where placeholders stand."""
        return [found.span() for found in FORM.finditer(text) if self._name(found) in self._mapping]

    def begun(self, text: str) -> int:
        """Return where something begins, at the end of a text, that may become one of them; the text's length where nothing does."""
        at = text.rfind("[")
        if at < 0 or len(text) - at >= LONGEST:
            return len(text)
        written = text[at:]
        name = written if self._exact else canonical(written)
        near = bisect_left(self._names, name)
        unfinished = near < len(self._names) and name != self._names[near] and self._names[near].startswith(name)
        return at if unfinished else len(text)

    def _name(self, found: re.Match[str]) -> str:
        return found[0] if self._exact else canonical(found[0])
