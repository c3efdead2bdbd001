"""The one place where secrets are taken out of what is written: every log line, trace and message passes through it."""

from __future__ import annotations

import re

MASK = "***"
MIN_SECRET_CHARACTERS = 6
"""A registered value that is shorter would blank out ordinary words."""

HINTS = ("yk-", "sk-ant", "bearer", "api-key", "api_key", "authorization", "://")
"""A text without any of these, in whatever case, needs no regular expression."""

CREDENTIAL_HEADER = re.compile(
    r"(?i)(?<!#)((?:x-)?api[-_]key|(?:proxy-)?authorization)"  # the header's name (behind a # it is a reference's field),
    r"([\"']?\s*[:=,]\s*(?:b(?=[\"']))?[\"']?)"  # what stands before its value in headers, JSON, tuples of bytes
    r"(?!bearer )(?:basic\s+)?[^\s\"',;)\]}]+"
)
PATTERNS = (
    (re.compile(r"yk-[A-Za-z0-9_-]{8,}"), "yk-" + MASK),
    (re.compile(r"sk-ant-?[A-Za-z0-9_-]{8,}"), "sk-ant-" + MASK),
    (re.compile(r"(?i)\b(bearer)\s+[^\s\"',;)\]}]+"), r"\1 " + MASK),
    (CREDENTIAL_HEADER, r"\1\2" + MASK),
    (re.compile(r"://[^/\s@\"']+@"), "://" + MASK + "@"),
)


class Redactor:
    """Takes out what looks like a secret, and the values that it was told are secrets."""

    def __init__(self) -> None:
        """Begin with the patterns alone."""
        self._values: tuple[str, ...] = ()

    def register(self, secret: str) -> None:
        """Remember a value that must never be seen, the longest first so that no part of one is left."""
        if len(secret.strip()) >= MIN_SECRET_CHARACTERS:
            self._values = tuple(sorted({*self._values, secret.strip()}, key=len, reverse=True))

    def clean(self, text: str) -> str:
        """Return the text without secrets."""
        for value in self._values:
            if value in text:
                text = text.replace(value, MASK)
        lowered = text.lower()
        if any(hint in lowered for hint in HINTS):
            for pattern, replacement in PATTERNS:
                text = pattern.sub(replacement, text)
        return text
