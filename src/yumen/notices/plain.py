"""A notice's text where a robot reads Markdown: names that others chose neither mark anything up nor notify anybody."""

from __future__ import annotations

import re

MARKS = re.compile(r"[\\`*\[\]<>#]")
WIDER = 0xFEE0
"""From an ASCII character to its wide twin."""
LINE_BREAK = re.compile(r"\r\n|\r|\n")


def quoted(text: str) -> str:
    """Return text that Markdown shows as it is: its marks become their wide twins, since not every robot knows a backslash."""
    return MARKS.sub(lambda match: chr(ord(match[0]) + WIDER), LINE_BREAK.sub("\n", text))


def cut(text: str, most: int) -> str:
    """Return text of at most so many bytes in UTF-8; what was cut off shows."""
    encoded = text.encode("utf-8", "replace")
    if len(encoded) <= most:
        return encoded.decode()
    return encoded[: most - 3].decode("utf-8", "ignore") + "…"


def one_line(text: str) -> str:
    """Return text without line breaks and other control characters."""
    return " ".join("".join(letter if letter.isprintable() else " " for letter in text).split())
