"""Recovery codes: for whoever has lost the second factor, each once."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

from yumen.organizations.codes import opens, seal
from yumen.organizations.rows import RecoveryCode

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

COUNT = 10
LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"
"""Without those that look like others. Sixteen of them are 79 bits."""
GROUP, GROUPS = 4, 4


def new_codes() -> list[str]:
    """Return fresh codes as people see them."""
    return ["-".join("".join(secrets.choice(LETTERS) for _ in range(GROUP)) for _ in range(GROUPS)) for _ in range(COUNT)]


def sealed_codes(user_id: str, texts: Sequence[str]) -> list[RecoveryCode]:
    """Return codes as they are stored."""
    return [RecoveryCode(user_id, number, seal(tidy(text)), None) for number, text in enumerate(texts, 1)]


def tidy(text: str) -> str:
    """Return a code as it is compared: however it was typed."""
    return "".join(text.split()).replace("-", "").lower()


def fitting(unused: Iterable[RecoveryCode], text: str) -> RecoveryCode | None:
    """Return the code that a text is."""
    return next((code for code in unused if opens(code.hash, tidy(text))), None)
