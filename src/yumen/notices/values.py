"""What is told (a Message), and who can tell it: a Mailer, a Texter, a Channel."""

from __future__ import annotations

from typing import Protocol

import msgspec


class Message(msgspec.Struct, frozen=True):
    """A notice in plain words."""

    subject: str
    """One line; line breaks in it are turned into spaces."""
    text: str
    id: str = ""
    """The same for the same news: a receiver may drop what it has seen. Empty: each sending is given an id of its own."""


class NotSentError(Exception):
    """A notice did not arrive; the words say why and hold no secret, no URL and no text of the notice."""


class Mailer(Protocol):
    """Sends mail."""

    async def mail(self, to: str, message: Message) -> None:
        """Hand one mail to the server, or raise NotSentError. `to` is one plain address."""


class Texter(Protocol):
    """Sends text messages."""

    async def text(self, to: str, text: str) -> None:
        """Hand one text message over for the number (`+8613800138000`), or raise NotSentError."""


class Channel(Protocol):
    """A place where an operator's notices arrive: a webhook, a robot, a list of mail addresses."""

    @property
    def name(self) -> str:
        """`mail`, `webhook`, `dingtalk`, `feishu` or `wecom`: for logs and figures."""

    async def tell(self, message: Message) -> None:
        """Deliver the notice once, or raise NotSentError."""
