"""What is written from: the outline, and how the text is wished for."""

from __future__ import annotations

from enum import StrEnum

import msgspec


class Length(StrEnum):
    """How long a text is."""

    SHORT = "short"
    MEDIUM = "medium"
    LONG = "long"


class Section(msgspec.Struct, frozen=True):
    """A section of the text that is to be written."""

    heading: str
    points: tuple[str, ...] = ()
    """What it is to say."""


class Outline(msgspec.Struct, frozen=True):
    """The text before it is written."""

    title: str
    sections: tuple[Section, ...]
    is_sandbox: bool = False
    """Whether it is mechanical work, not Claude's."""


class Wish(msgspec.Struct, frozen=True):
    """How a text is wanted."""

    brief: str
    length: Length = Length.MEDIUM
    language: str | None = None
    """In Claude's own understanding; None: that of the brief."""
    style: str = ""
    """How the writer speaks: a style's text."""


class Draft(msgspec.Struct, frozen=True):
    """A text that was written."""

    text: str
    """In Markdown."""
    outline: Outline
    is_sandbox: bool = False
