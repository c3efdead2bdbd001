"""What each character of a text stands for, remembered, and quick where the text is ASCII."""

from __future__ import annotations

from yumen.policy.matching.confusables import SOFT, meaning

MOST_MEANINGS = 100_000
"""Characters whose meaning is remembered; beyond that it is worked out anew, so that no text fills the memory."""
ASCII = bytes(ord(" ") if chr(code).isspace() or chr(code) in SOFT else ord(chr(code).lower()) for code in range(128)) + bytes(128)
"""What ASCII stands for, the same as `meaning` says: most text is that, and bytes are translated much faster."""
SILENT_ASCII = bytes(code for code in range(128) if meaning(code) is None)


class Meanings(dict[int, "int | str | None"]):
    """What each character that was seen stands for, worked out when it is first met; for `str.translate`."""

    def __missing__(self, code: int) -> int | str | None:
        """Work it out."""
        made = meaning(code)
        if len(self) < MOST_MEANINGS:
            self[code] = made
        return made

    def of(self, text: str) -> str:
        """Return what a text stands for, character by character."""
        if text.isascii():
            return text.encode().translate(ASCII, SILENT_ASCII).decode()
        return text.translate(self)
