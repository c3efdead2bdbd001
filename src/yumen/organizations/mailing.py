"""How people are told: what the use cases need of mail and text messages. Where neither is configured, codes are shown to the operator."""

from __future__ import annotations

from typing import Protocol


class Mailer(Protocol):
    """Sends mail. Raises OperatorError or OSError where it cannot; nothing is told to the caller then, and the code is kept to be shown."""

    async def send(self, to: str, subject: str, text: str) -> None:
        """Send a mail, or raise."""


class Texter(Protocol):
    """Sends text messages; it fails as a mailer does."""

    async def send(self, to: str, text: str) -> None:
        """Send a text message to an E.164 number, or raise."""
