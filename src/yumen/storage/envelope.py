"""Content at rest: sealed under a data key of its organization, which is itself sealed under a key that is not in the database."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Protocol


class Sealer(Protocol):
    """Seals and opens what belongs to one organization."""

    def seal(self, data: bytes, context: bytes) -> bytes:
        """Encrypt, bound to a context: the table and the row that it will stand in. What was sealed elsewhere does not open here."""

    def open(self, sealed: bytes, context: bytes) -> bytes:
        """Decrypt. Raises ContentKeyUnavailable where the data key is gone, SealBroken where the bytes are not what was sealed."""

    def derived(self, purpose: bytes) -> bytes:
        """Return 32 secret bytes that are the organization's for that purpose, and stay the same when keys are rotated."""


SealerOf = Callable[[str], Awaitable[Sealer]]
"""Returns an organization's sealer. Raises ContentKeyUnavailable."""
