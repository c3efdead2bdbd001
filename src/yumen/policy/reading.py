"""How bytes are read as text: a file's, or what stands in base64. Pure."""

from __future__ import annotations

import base64
import binascii

UTF8_MARK = b"\xef\xbb\xbf"
MARKS = ((UTF8_MARK, "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
UNMARKED = ("utf-8", "gb18030")
"""Tried in this order: of the encodings before Unicode, Chinese files still come in one, which holds the others of China."""
_STANDARD = str.maketrans("-_", "+/")


def text_of(data: bytes) -> tuple[str, str | None]:
    """Return how bytes are encoded, and their text, which makes the very same bytes again; no text where they are none."""
    marked = next((name for mark, name in MARKS if data.startswith(mark)), None)
    for coding in UNMARKED if marked is None else (marked,):
        try:
            text = data.decode(coding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text and (coding != "gb18030" or text.encode(coding) == data):
            return coding, text
    return marked or "utf-8", None


def bytes_of(written: str) -> bytes | None:
    """Return what stands in base64, of either alphabet, with or without spaces and padding; None where it is none."""
    packed = "".join(written.split()).rstrip("=").translate(_STANDARD)
    try:
        return base64.b64decode(packed + "=" * (-len(packed) % 4), validate=True)
    except (binascii.Error, ValueError):
        return None
