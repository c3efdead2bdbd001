"""What an explanation of code is made of: the symbols of a file, the edits that are proposed, and the reply."""

from __future__ import annotations

import msgspec


class Symbol(msgspec.Struct, frozen=True):
    """A class, function or method of a file."""

    kind: str
    """As its language calls it: `class`, `function`, `method`, `struct` …"""
    name: str
    line: int
    """From 1."""
    end_line: int
    depth: int = 0
    """How many symbols it stands in."""
    says: str = ""
    """The first sentence of its documentation."""
    calls: tuple[str, ...] = ()
    """What it calls, by name, each once, in their order."""


class Outline(msgspec.Struct, frozen=True):
    """What the syntax tree of a file tells."""

    path: str
    language: str
    lines: int
    says: str = ""
    imports: tuple[str, ...] = ()
    symbols: tuple[Symbol, ...] = ()
    flaw: str = ""
    """Why there is no more: the file does not parse, or nothing reads its language."""


class Edit(msgspec.Struct, frozen=True):
    """A file before and after what was proposed."""

    path: str
    before: str
    """Empty: the file is new."""
    after: str


class Reply(msgspec.Struct, frozen=True):
    """An explanation, or help with a task."""

    text: str
    edits: tuple[Edit, ...] = ()
    is_sandbox: bool = False
    """Whether it is mechanical work, not Claude's."""


class Refused(Exception):  # noqa: N818  (an answer to whoever asked, not a fault)
    """Something was not done; the message says why, and is fit to be read by a model."""
