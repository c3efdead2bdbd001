"""A document as the assistants see it: a title, and passages that know where they stand."""

from __future__ import annotations

from pathlib import Path

import msgspec


class Passage(msgspec.Struct, frozen=True):
    """A piece of a document that makes sense alone: some paragraphs below one heading."""

    text: str
    heading: str = ""
    """The headings above it, the outermost first, with ` > ` between; empty: there is none."""
    line: int = 0
    """The line of its file where it begins, from 1; 0 where the kind of file has no lines."""
    page: int = 0
    """The page where it begins, from 1; 0 where the kind of file has no pages."""


class Block(msgspec.Struct, frozen=True):
    """A heading or a paragraph, as a reader finds it."""

    text: str
    level: int = 0
    """1 to 6: a heading of that level; 0: a paragraph."""
    line: int = 0
    page: int = 0


class Document(msgspec.Struct, frozen=True):
    """A file that was read."""

    path: Path
    title: str
    passages: tuple[Passage, ...]

    @property
    def text(self) -> str:
        """The whole, with the headings where they change."""
        parts: list[str] = []
        above = self.title
        for passage in self.passages:
            parts += [passage.heading] * (passage.heading not in ("", above))
            parts.append(passage.text)
            above = passage.heading
        return "\n\n".join(parts)
