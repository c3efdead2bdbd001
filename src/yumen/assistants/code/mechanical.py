"""What is said of code without Claude: outlines from the syntax tree, and where the words of a task stand. Nothing is invented."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from yumen.assistants.code.outline import outline_of
from yumen.assistants.code.told import outline_lines, said, symbol_line
from yumen.assistants.code.values import Outline, Refused, Reply

if TYPE_CHECKING:
    from collections.abc import Iterator

    from yumen.assistants.code.folder import Folder
    from yumen.assistants.code.values import Symbol

MOST_FILES = 40
"""So many outlines a folder's explanation has."""
MOST_SYMBOLS = 12
WORD = re.compile(r"[A-Za-z][A-Za-z0-9]{2,}|[\u4e00-\u9fff]{2}")
COMMON = frozenset(
    [
        "the",
        "and",
        "for",
        "with",
        "that",
        "this",
        "from",
        "into",
        "what",
        "how",
        "does",
        "where",
        "when",
        "which",
        "are",
        "was",
        "has",
        "have",
        "not",
        "all",
        "any",
        "add",
        "make",
    ]
)


def explained(folder: Folder, names: list[str], lines: tuple[int, int] | None = None, *, chinese: bool = False) -> Reply:
    """Return the outlines of files; of one, only what stands in some lines."""
    shown = (within(outline, lines) for outline in outlines(folder, names[:MOST_FILES]))
    told = [line for outline in shown for line in outline_lines(outline, chinese=chinese)]
    if len(names) > MOST_FILES:
        told.append(said("… {count} files more", chinese=chinese).format(count=len(names) - MOST_FILES))
    return Reply("\n".join(told), is_sandbox=True)


def within(outline: Outline, lines: tuple[int, int] | None) -> Outline:
    """Return an outline with the symbols alone that touch some lines."""
    if lines is None:
        return outline
    first, last = lines
    touched = tuple(symbol for symbol in outline.symbols if symbol.line <= last and symbol.end_line >= first)
    return Outline(outline.path, outline.language, outline.lines, outline.says, outline.imports, touched, outline.flaw)


def found(folder: Folder, task: str, *, chinese: bool = False) -> Reply:
    """Return the symbols in which the words of a task stand, those with most of them first."""
    words = words_of(task)
    scored = [
        (score(symbol, words), number, symbol_line(outline.path, symbol, chinese=chinese))
        for outline in outlines(folder, folder.files())
        for number, symbol in enumerate(outline.symbols)
    ]
    best = sorted((each for each in scored if each[0]), key=lambda each: (-each[0], each[1]))[:MOST_SYMBOLS]
    return Reply("\n".join(line.strip() for _, _, line in best), is_sandbox=True)


def outlines(folder: Folder, names: list[str]) -> Iterator[Outline]:
    """Yield the outlines of files; those that cannot be read are passed over."""
    for name in names:
        try:
            yield outline_of(name, folder.text(name))
        except Refused:
            continue


def words_of(text: str) -> frozenset[str]:
    """Return the words that matter in a task: those of names apart, Chinese in pairs of characters."""
    apart = re.sub(r"([a-z0-9])([A-Z])", r"\1 \2", text)
    return frozenset(word.lower() for word in WORD.findall(apart)) - COMMON


def score(symbol: Symbol, words: frozenset[str]) -> int:
    """Return how well a symbol meets the words: a name counts three times."""
    return 3 * len(words & words_of(symbol.name)) + len(words & words_of(symbol.says))
