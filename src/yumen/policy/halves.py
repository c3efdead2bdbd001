"""Halves of surrogate pairs, which JSON may hold and UTF-8 has no form for: read as one sign, and joined where two meet."""

from __future__ import annotations

import re

HALF = "\ufffd"
"""What a half by itself is read as, here and by most that show text."""
_HALVES = re.compile("[\ud800-\udfff]")


def readable(text: str) -> str:
    """Return a text of the same length in which nothing is half of a pair: no finder could read that."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return _HALVES.sub(HALF, text)
    return text


def joined(text: str) -> str:
    """Return a text in which halves that meet have become characters."""
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "surrogatepass")
