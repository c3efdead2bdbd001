"""Names and passwords in addresses: `scheme://name:password@host`; the two are found, the address is left."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_NAME = r"[^\s/@:\"'<>`{}$\\\[\]]{0,64}"
_SECOND = r"[^\s/@\"'<>`{}\\\[\]]{1,128}"
_CREDENTIALS = re.compile(rf"(?<=[0-9A-Za-z]://){_NAME}:(?P<password>{_SECOND})(?=@[0-9A-Za-z\[])")
_BEGUN = re.compile(rf"(?<=[0-9A-Za-z]://){_NAME}(?::{_SECOND}@?|:)?\Z")
_SAID_ONLY = re.compile(r"(?i:\$.*|\*+|\.+|x+|%s|pass|passwd|password|pw|pwd|secret|your[-_]?password|密码)\Z")
"""What pages of instructions say where a password belongs."""
_SIGN = "://"


@dataclass(frozen=True, slots=True)
class Credentials:
    """Finds credentials behind the scheme of an address."""

    name: str = "url_password"
    reach: int = 64 + 1 + 128 + 2
    context: int = 4

    hint: str = _SIGN

    def within(self, text: str, left: int, right: int) -> Iterator[tuple[int, int]]:
        """Return where each name with a password begins and ends, of those that begin from one place on and before another."""
        sign = text.find(_SIGN, max(0, left - len(_SIGN)), right - 1)
        while sign >= 0:
            match = _CREDENTIALS.match(text, sign + len(_SIGN))
            if match and not _SAID_ONLY.match(match["password"]):
                yield match.span()
            sign = text.find(_SIGN, sign + 1, right - 1)

    def settled(self, text: str) -> int:
        """Return where credentials begin that the end of the text cuts through."""
        start = text.rfind(_SIGN, max(0, len(text) - self.reach - len(_SIGN))) + len(_SIGN)
        return start if start >= len(_SIGN) and _BEGUN.match(text, start) else len(text)


CREDENTIALS = Credentials()
