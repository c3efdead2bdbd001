"""What stands for a value that was taken out of a request: the same placeholder for the same value, as long as an organization lives."""

from __future__ import annotations

import hashlib
import hmac
import re

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford's base32: no letter that is taken for another."""
CODE_CHARACTERS = 10
MAX_KIND_CHARACTERS = 24
PURPOSE = b"placeholder"
"""What an organization's secret for placeholders is derived for."""

FORM = re.compile(rf"\[([A-Z](?:\\?_|[A-Z0-9]){{0,{MAX_KIND_CHARACTERS - 1}}})\\?_([{ALPHABET}]{{{CODE_CHARACTERS}}})\]", re.IGNORECASE)
"""Finds a placeholder as Claude may write it: in any case, and with the backslash that Markdown puts before an underscore."""
LONGEST = 1 + 1 + 2 * (MAX_KIND_CHARACTERS - 1) + 2 + CODE_CHARACTERS + 1
"""No placeholder has more characters, backslashes included: so far back may its beginning lie in a text that still grows."""

_NO_NAME = re.compile(r"[^A-Z0-9]+")


class Placeholders:
    """Makes the placeholders of one exchange, and remembers what they stand for."""

    __slots__ = ("_secret", "mapping")

    def __init__(self, secret: bytes, mapping: dict[str, str] | None = None) -> None:
        """Use the organization's secret. What is made is added to `mapping`, where the conversation has one already."""
        self._secret = secret
        self.mapping: dict[str, str] = {} if mapping is None else mapping
        """The values by their placeholders."""

    def of(self, kind: str, value: str) -> str:
        """Return the placeholder of a value, `[EMAIL_0123456789]`, and remember it."""
        digest = hmac.digest(self._secret, kind.encode() + b"\0" + value.encode("utf-8", "surrogatepass"), hashlib.sha256)
        number = int.from_bytes(digest[:8])
        code = "".join([ALPHABET[number >> shift & 31] for shift in range(0, 5 * CODE_CHARACTERS, 5)])
        placeholder = f"[{kind_name(kind)}_{code}]"
        self.mapping[placeholder] = value
        return placeholder


def kind_name(kind: str) -> str:
    """Return a kind as placeholders name it: `cn-id` is `CN_ID`."""
    name = _NO_NAME.sub("_", kind.upper()).strip("_")[:MAX_KIND_CHARACTERS].strip("_")
    return name if name[:1].isalpha() else "VALUE"


def mark(kind: str) -> str:
    """Return what stands for a value that nobody gets back: `[EMAIL]`."""
    return f"[{kind_name(kind)}]"


def canonical(written: str) -> str:
    """Return a placeholder as it was made, however Claude wrote it: the key of the mapping."""
    return written.replace("\\", "").upper()
