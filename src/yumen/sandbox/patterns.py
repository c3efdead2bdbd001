"""A string that fits a regular expression of a JSON schema, for the plain part of the syntax that schemas use."""

from __future__ import annotations

import re
import warnings

_CLASSES = {"d": "0", "w": "a", "s": " ", "D": "a", "W": "-", "S": "a"}
_ESCAPES = {"n": "\n", "t": "\t", "r": "\r"}
_REPEAT = re.compile(r"\{(\d+)(?:,\d*)?\}")
_SAMPLES = ("a", "A", "0", "_", "-", " ", ".", "/", "@")


class UnsupportedPatternError(Exception):
    """The pattern uses syntax that is not covered."""


def fit(pattern: str) -> str | None:
    """Return a short string that the pattern matches; None where none was found."""
    try:
        sample = _Reader(pattern).alternatives()
        return sample if re.search(pattern, sample) else None
    except (re.error, UnsupportedPatternError, IndexError):
        return None


class _Reader:
    """Reads a pattern once, from left to right, and takes the first way through it."""

    def __init__(self, pattern: str) -> None:
        self._pattern = pattern
        self._at = 0

    def alternatives(self) -> str:
        first = self._sequence()
        while self._peek() == "|":
            self._at += 1
            self._sequence()
        return first

    def _peek(self) -> str:
        return self._pattern[self._at : self._at + 1]

    def _take(self) -> str:
        character = self._pattern[self._at]
        self._at += 1
        return character

    def _sequence(self) -> str:
        pieces: list[str] = []
        while self._peek() not in ("", "|", ")"):
            pieces.append(self._repeated(self._atom()))
        return "".join(pieces)

    def _atom(self) -> str:
        character = self._take()
        if character in "^$":
            return ""
        if character == ".":
            return "a"
        if character == "(":
            return self._group()
        if character == "[":
            return self._set()
        if character == "\\":
            return self._escape()
        return character

    def _escape(self) -> str:
        character = self._take()
        if character in "bB":
            return ""
        return _CLASSES.get(character) or _ESCAPES.get(character) or character

    def _group(self) -> str:
        if self._pattern.startswith("?:", self._at):
            self._at += 2
        elif self._peek() == "?":
            raise UnsupportedPatternError
        inside = self.alternatives()
        if self._take() != ")":
            raise UnsupportedPatternError
        return inside

    def _set(self) -> str:
        start = self._at
        if self._peek() == "^":
            self._at += 1
        if self._peek() == "]":
            self._at += 1
        while self._peek() != "]":
            if self._take() == "\\":
                self._at += 1
        with warnings.catch_warnings():  # a set such as [[] may mean something else in a later Python
            warnings.simplefilter("ignore", FutureWarning)
            inside = re.compile("[" + self._pattern[start : self._at] + "]")
        self._at += 1
        candidates = (*_SAMPLES, *map(chr, range(33, 127)), "中")
        return next((sample for sample in candidates if inside.fullmatch(sample)), "")

    def _repeated(self, atom: str) -> str:
        character = self._peek()
        if character in ("*", "+", "?") and character:
            self._at += 1
            times = 1
        elif match := _REPEAT.match(self._pattern, self._at):
            self._at = match.end()
            times = int(match[1]) or (0 if match[0] == "{0}" else 1)
        else:
            return atom
        if self._peek() in ("?", "+"):
            self._at += 1
        return atom * times
