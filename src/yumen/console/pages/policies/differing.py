"""What differs between two versions of a document, line by line. Pure."""

from __future__ import annotations

from difflib import unified_diff
from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:
    from collections.abc import Iterator

MOST_LINES = 2_000
"""Of each document: comparing takes the square of it in the worst case."""
AROUND = 3
KINDS = {"+": "added", "-": "gone", "@": "jump"}


class Difference(msgspec.Struct, frozen=True):
    """A line, and what became of it: `added`, `gone`, `same`; `jump` stands for lines that are left out."""

    kind: str
    text: str


def differences(old: str, new: str) -> list[Difference]:
    """Return the lines that differ, with a few around them; none where nothing does."""
    before, after = old.splitlines()[:MOST_LINES], new.splitlines()[:MOST_LINES]
    return list(read(list(unified_diff(before, after, lineterm="", n=AROUND))[2:]))


def read(lines: list[str]) -> Iterator[Difference]:
    """Read what `unified_diff` wrote behind its head."""
    for number, line in enumerate(lines):
        kind = KINDS.get(line[:1], "same")
        if kind != "jump":
            yield Difference(kind, line[1:])
        elif number:
            yield Difference(kind, "⋯")
