"""The way out for letters and codes. Where nothing can send them, the caller is told so and shows them to the operator."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from yumen.notices.values import NotSentError
from yumen.organizations.values import User

if TYPE_CHECKING:
    from yumen.notices.values import Mailer, Message, Texter
    from yumen.organizations.store import Store

log = logging.getLogger("yumen.organizations")


class PostRoom:
    """Sends; a letter that cannot be sent breaks nothing."""

    def __init__(self, mailer: Mailer | None = None, texter: Texter | None = None) -> None:
        """Use those; None: not configured."""
        self._mailer = mailer
        self._texter = texter

    @property
    def has_mailer(self) -> bool:
        """Whether mails can be sent at all."""
        return self._mailer is not None

    @property
    def has_texter(self) -> bool:
        """Whether text messages can be sent at all."""
        return self._texter is not None

    async def mail(self, to: str, message: Message) -> bool:
        """Send a mail; return whether it went out."""
        if self._mailer is None:
            return False
        try:
            await self._mailer.mail(to, message)
        except NotSentError as error:
            log.warning("a mail could not be sent: %s", error)
            return False
        return True

    async def text(self, to: str, text: str) -> bool:
        """Send a text message; return whether it went out."""
        if self._texter is None:
            return False
        try:
            await self._texter.text(to, text)
        except NotSentError as error:
            log.warning("a text message could not be sent: %s", error)
            return False
        return True

    async def tell_operators(self, store: Store, message: Message) -> None:
        """Send a mail to everybody who runs the gateway."""
        if self._mailer is None:
            return
        async with store.reading() as records:
            operators = await records.find(User, operator=True, disabled_us=None)
        for operator in operators:
            await self.mail(operator.email, message)
