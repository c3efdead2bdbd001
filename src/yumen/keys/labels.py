"""Cost-centre labels: what one may be, and the one that a request names in `x-yumen-label`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from yumen.errors import InvalidRequest

if TYPE_CHECKING:
    from yumen.http.head import Head

HEADER = b"x-yumen-label"
MAX_CHARACTERS = 64
WRONG = f"x-yumen-label: a label has 1 to {MAX_CHARACTERS} printable characters (UTF-8), no space at its ends, and stands there once"


def is_label(text: str) -> bool:
    """Whether a text can be a label."""
    return 0 < len(text) <= MAX_CHARACTERS and text.isprintable() and text == text.strip()


def label_of(head: Head) -> str | None:
    """Return the label that a request names, None where it names none. Raises InvalidRequest where it will not do."""
    if HEADER not in head.fields:
        return None
    values = set(head.values(HEADER))
    try:
        text = values.pop().decode()
    except UnicodeDecodeError:
        text = ""
    if values or not is_label(text):
        raise InvalidRequest(WRONG)
    return text
