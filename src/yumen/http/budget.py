"""One budget of bytes that all buffered bodies share, so that many large ones cannot fill the memory."""

from __future__ import annotations


class ByteBudget:
    """Counts the bytes that are held; what does not fit is refused rather than queued."""

    __slots__ = ("held_bytes", "limit_bytes")

    def __init__(self, limit_bytes: int) -> None:
        """Allow that many bytes in all."""
        self.limit_bytes = limit_bytes
        self.held_bytes = 0

    def take(self, count: int) -> bool:
        """Take bytes, or return False when they do not fit."""
        if self.held_bytes + count > self.limit_bytes:
            return False
        self.held_bytes += count
        return True

    def give(self, count: int) -> None:
        """Give bytes back."""
        self.held_bytes -= count
