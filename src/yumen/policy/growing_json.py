r"""JSON that comes in pieces: each of its strings, keys too, is a text that grows, in any escape form; changes keep it valid."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from yumen.claude.strings import encoded
from yumen.errors import UpstreamRubbish
from yumen.policy.growing import MOST_HELD, TOO_LONG_HELD, Change, GrowingText, rewritten
from yumen.policy.halves import HALF

if TYPE_CHECKING:
    from collections.abc import Sequence

    from yumen.policy.growing import Finder

_PIECE = re.compile(
    r'[^"\\]+|"|\\u([dD][89abAB][0-9a-fA-F]{2})\\u([dD][c-fC-F][0-9a-fA-F]{2})|\\u([0-9a-fA-F]{4})|\\u|\\([^u])|\\',
    re.DOTALL,
)
"""In a string: a run, its end, a surrogate pair, or another escape."""
_UNFINISHED = re.compile(r"\\(?:u(?:[0-9a-fA-F]{0,3}|[dD][89abAB][0-9a-fA-F]{2}(?:\\(?:u(?:[dD](?:[c-fC-F][0-9a-fA-F]?)?)?)?)?)?)?\Z")
"""The beginning of an escape, or of a pair, at the end of what is here."""
_LONGEST_UNFINISHED = 11
_OUTSIDE = re.compile(r'"|[^"{}\[\],:\s][^"{}\[\],:]*')
"""Between strings: the next one, or what no sign of JSON ends: a number, a word, or what does not belong there at all."""
_SAYS_NOTHING = re.compile(r"(?:true|false|null|-?[0-9.eE+-]{,6})\s*\Z")
_SHORT = {"b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t"}


class GrowingJson:
    """Positions count the characters of the JSON text; what is found in a string stands where its characters are written.

    A number in which something is found becomes a string, and so does what is no JSON.
    """

    __slots__ = ("_base", "_carry", "_finder", "_first", "_starts", "_string", "_text", "final", "size")

    def __init__(self, finder: Finder) -> None:
        """Begin with nothing."""
        self._finder = finder
        self._carry = ""
        self._text = ""
        self._base = 0
        self._string: GrowingText | None = None
        self._starts: list[int] = []
        self._first = 0
        self.final = 0
        self.size = 0

    def add(self, piece: str, *, last: bool = False) -> Sequence[Change]:
        """As the protocol says. An escape or a number that may go on is not final."""
        self._base = self.size - len(self._carry)
        text = self._text = self._carry + piece
        self.size += len(piece)
        changes: list[Change] = []
        at, before = 0, -1
        while before < at < len(text):
            before = at
            at = self._outside(at, changes, last=last) if self._string is None else self._inside(at, changes, last=last)
        self._carry = text[at:]
        if len(self._carry) > MOST_HELD:
            raise UpstreamRubbish(TOO_LONG_HELD)
        if last and self._string is not None:
            changes += self._grown(self._string, "", self.size, last=True)
        if self._string is None or not self._finder.holds:
            self.final = self._base + at if self._finder.holds and not last else self.size
        return changes

    def _outside(self, at: int, changes: list[Change], *, last: bool) -> int:
        """Look at what stands between strings, up to the next one; return how far that is."""
        text = self._text
        for token in _OUTSIDE.finditer(text, at):
            start, end = token.span()
            if text[start] == '"':
                self._string = GrowingText(self._finder)
                self._starts, self._first = [], 0
                return end
            if end == len(text) and not last:
                return start
            if not _SAYS_NOTHING.match(token[0]):
                changes += self._bare(token[0], self._base + start)
        return len(text)

    def _bare(self, text: str, start: int) -> list[Change]:
        """Look at what stands outside of strings: where something is found in it, it becomes one."""
        bare = text.rstrip()
        found = self._finder.find(bare, 0, last=True).changes
        return [Change(start, start + len(bare), encoded(rewritten(bare, found)).decode())] if found else []

    def _inside(self, at: int, changes: list[Change], *, last: bool) -> int:
        """Take in a string as far as it is here; return how far that is."""
        assert self._string is not None  # noqa: S101  (the caller looked)
        text, base, decoded, end = self._text, self._base, [], at
        closed = False
        for token in _PIECE.finditer(text, at):
            start, first = token.start(), text[token.start()]
            if first == '"':
                closed = True
                break
            if first == "\\":
                if not last and len(text) - start <= _LONGEST_UNFINISHED and _UNFINISHED.match(text, start):
                    break
                decoded.append(_unescaped(token))
                self._starts.append(base + start)
            else:
                decoded.append(token[0])
                self._starts.extend(range(base + start, base + token.end()))
            end = token.end()
        changes += self._grown(self._string, "".join(decoded), base + end, last=closed or last)
        return end + 1 if closed else end

    def _grown(self, string: GrowingText, piece: str, end: int, *, last: bool) -> Sequence[Change]:
        """Let the string grow, which is here up to `end`; return the changes where they are written."""
        found = string.add(piece, last=last)
        starts, first = self._starts, self._first
        starts.append(end)
        changes = [Change(starts[each.start - first], starts[each.end - first], encoded(each.new)[1:-1].decode()) for each in found]
        self.final = starts[string.final - first]
        starts.pop()
        del starts[: string.final - first]
        self._first = string.final
        if last:
            self._string = None
        return changes


def _unescaped(token: re.Match[str]) -> str:
    """Return the character that an escape stands for; of a wrong one, what a forgiving reader would take."""
    high, low, code, short = token.groups()
    if high is not None:
        return chr(0x10000 + ((int(high, 16) & 0x3FF) << 10) + (int(low, 16) & 0x3FF))
    if code is not None:
        character = chr(int(code, 16))
        return HALF if "\ud800" <= character <= "\udfff" else character
    return _SHORT.get(short, short) if short is not None else token[0][1:]
