"""Texts of which parts are hits, and ways to cut them, for whoever tries every one."""

from __future__ import annotations

import itertools
from typing import Any

from hypothesis import strategies as st

WORDS = [
    "se",
    "cret",
    "secret",
    " garden",
    "\uff33ecret",
    "禁",
    "词",
    "pin",
    "12",
    "345",
    " ",
    "note",
    "bo",
    "a",
    '"',
    "\\",
    "\n",
    "😀",
    "é",
]
CODES = ["[", "[EMAIL_", "[email\\_", "01234", "56789]", "[EMAIL_0123456789]", "[Word_abcdefghjk]", "[EMAIL_9999999999]", "_", "]"]
TEXTS = st.lists(st.sampled_from(WORDS + CODES), max_size=12).map("".join)
CUTS = st.lists(st.integers(0, 40), max_size=6)
BYTE_CUTS = st.lists(st.integers(0, 3000), max_size=12)
INPUTS = st.recursive(
    TEXTS | st.booleans() | st.integers(),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(TEXTS, inner, max_size=2),
    max_leaves=4,
)


def cut(text: str, cuts: list[int]) -> list[str]:
    """A text in pieces, some of them empty."""
    places = [0, *sorted(min(each, len(text)) for each in cuts), len(text)]
    return [text[begin:end] for begin, end in itertools.pairwise(places)]


def deep(value: Any, change: Any) -> Any:  # noqa: ANN401  (JSON)
    """A tool's input with every string of it changed."""
    if isinstance(value, str):
        return change(value)
    if isinstance(value, list):
        return [deep(each, change) for each in value]
    if isinstance(value, dict):
        return {change(key): deep(each, change) for key, each in value.items()}
    return value
