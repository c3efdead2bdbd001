"""Plausible values for a property, from its name and from what the user said."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

_URL = re.compile(r"https?://[^\s\"'<>()]+")
_PATH = re.compile(r"(?:\.{0,2}/)?(?:[\w.-]+/)*[\w-]+\.\w{1,8}\b|/[\w./-]+")
_EMAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_QUOTED = re.compile(r"\"([^\"]+)\"|“([^”]+)”|`([^`]+)`|(?<!\w)'([^']+)'(?!\w)")
_PLACE = re.compile(
    r"\b(?:in|at|for|near|to)\s+([A-Z][\w.-]*(?:[ ,]+[A-Z][\w.-]*)*)"
    r"|在([\u4e00-\u9fff]{2,4}?)(?:的|市|有|天)"
    r"|([\u4e00-\u9fff]{2,4}?)的?天气"
)
_NUMBER = re.compile(r"-?\d+(?:\.\d+)?")
_EXPRESSION = re.compile(r"-?\d[\d.]*(?:\s*[-+*/×÷]\s*-?\d[\d.]*)+")


def hint_text(name: str, said: str) -> str:
    """Return a string for a property of that name."""
    words = set(re.split(r"[^a-z]+", re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name).lower()))
    for names, find in _FINDERS:
        if words & names:
            return find(said)
    return _found(_QUOTED, said) or name.replace("_", " ") or "example"


def hint_number(said: str) -> float | None:
    """Return the first number that the user wrote."""
    match = _NUMBER.search(said)
    return float(match[0]) if match else None


def _found(pattern: re.Pattern[str], said: str, otherwise: str = "") -> str:
    match = pattern.search(said)
    if match is None:
        return otherwise
    return next((group for group in match.groups() if group), match[0])


def _query(said: str) -> str:
    return _found(_QUOTED, said) or (said.strip().splitlines() or ["example"])[-1][:120] or "example"


_FINDERS: tuple[tuple[frozenset[str], Callable[[str], str]], ...] = (
    (frozenset({"location", "city", "place", "destination", "address", "where"}), lambda said: _found(_PLACE, said, "Paris").rstrip(".")),
    (frozenset({"url", "uri", "link", "href"}), lambda said: _found(_URL, said, "https://example.com/")),
    (frozenset({"path", "file", "filename", "filepath", "directory", "folder"}), lambda said: _found(_PATH, said, "README.md")),
    (frozenset({"email", "mail", "recipient"}), lambda said: _found(_EMAIL, said, "user@example.com")),
    (frozenset({"expression", "formula", "equation"}), lambda said: _found(_EXPRESSION, said, "1 + 1")),
    (frozenset({"command", "cmd", "shell"}), lambda said: _found(_QUOTED, said, "ls")),
    (frozenset({"code", "script"}), lambda said: _found(_QUOTED, said, "print('hello')")),
    (frozenset({"query", "q", "question", "prompt", "search", "text", "message", "content", "input", "task"}), _query),
    (frozenset({"language", "lang"}), lambda _said: "en"),
    (frozenset({"timezone"}), lambda _said: "UTC"),
    (frozenset({"currency"}), lambda _said: "USD"),
    (frozenset({"symbol", "ticker"}), lambda said: _found(re.compile(r"\b[A-Z]{2,5}\b"), said, "ACME")),
)
