"""What a summary is wished to be, what it is made from, and what came of it."""

from __future__ import annotations

from enum import StrEnum

import msgspec


class Length(StrEnum):
    """How long a summary is."""

    SHORT = "short"
    MEDIUM = "medium"
    LONG = "long"


class Form(StrEnum):
    """What a summary looks like."""

    TEXT = "text"
    BULLETS = "bullets"
    TABLE = "table"
    JSON = "json"


class Wish(msgspec.Struct, frozen=True):
    """How a summary is wanted."""

    length: Length = Length.MEDIUM
    form: Form = Form.TEXT
    language: str | None = None
    """In Claude's own understanding, such as `Chinese` or `zh`; None: that of the documents."""


class Part(msgspec.Struct, frozen=True):
    """As much of the documents as one call takes."""

    title: str
    """Which document, or documents."""
    text: str


class Summary(msgspec.Struct, frozen=True):
    """A summary."""

    text: str
    parts: int = 1
    """In how many parts the documents were read."""
    is_sandbox: bool = False
    """Whether it is mechanical work, not Claude's."""
