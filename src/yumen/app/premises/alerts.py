"""What was told and who is told, as the admin API asks for it; and a notice that tries the ways."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from yumen.alerts.rules import usable_percents
from yumen.console.api.premises import ChannelShown, SentShown
from yumen.errors import OperatorError
from yumen.notices import MailChannel, Message, attempt

if TYPE_CHECKING:
    from collections.abc import Sequence

    from yumen.alerts import AlertStore, Recipients, Told
    from yumen.app.ground import Ground
    from yumen.app.notices import Notices
    from yumen.notices import Channel

PAUSE_US = 30_000_000
"""Between two test notices of one organization: nobody's mail is filled by a button."""
TEST = {
    "en": ("Yumen: a test notice", "This is a test notice from Yumen's console. Nothing has happened."),
    "zh": ("Yumen: 测试通知", "这是从 Yumen 控制台发出的测试通知，没有发生任何事情。"),
}
OPERATOR = ""


class Alerting:
    """The `AlertDesk` of a gateway."""

    def __init__(self, ground: Ground, notices: Notices, store: AlertStore, people: Recipients) -> None:
        """Read that store, and tell by those notices."""
        self._ground = ground
        self._notices = notices
        self._store = store
        self._people = people
        self._tried_us: dict[str, int] = {}

    @property
    def percents(self) -> Sequence[int]:
        """At which parts of a limit is told, lowest first."""
        return usable_percents(self._ground.settings.alerts.percents)

    @property
    def expiry_days(self) -> int:
        """So many days before its end a key is told of."""
        return self._ground.settings.alerts.expiry_days

    @property
    def reaches_members(self) -> bool:
        """Whether there is a mail server."""
        return self._notices.mailer is not None

    async def latest(self, organization_id: str | None, limit: int, skip: int) -> list[Told]:
        """Return what was told, the newest first."""
        return await self._store.latest(limit, organization_id, skip)

    def channels(self) -> list[ChannelShown]:
        """Return where the operator's notices arrive."""
        return [ChannelShown(name=channel.name, to=address_of(channel)) for channel in self._notices.channels]

    async def try_channels(self) -> list[SentShown]:
        """Send a test notice through every channel. Raises OperatorError where there is none."""
        if not self._notices.channels:
            raise OperatorError(
                "there is no channel for alerts: set alerts.mail, alerts.webhook, alerts.dingtalk, alerts.feishu or alerts.wecom"
            )
        return await self._try(OPERATOR, self._notices.channels)

    async def try_members(self, organization_id: str) -> list[SentShown]:
        """Send a test notice to an organization's owners and billing members. Raises OperatorError where nobody can be told."""
        mailer = self._notices.mailer
        if mailer is None:
            raise OperatorError("there is no mail server, so nobody of the organization can be told: set mail.server")
        addresses = await self._people.addresses(organization_id)
        if not addresses:
            raise OperatorError("the organization has no owner and no billing member who could be told")
        return await self._try(organization_id, [MailChannel(mailer, address) for address in addresses])

    async def _try(self, whose: str, channels: Sequence[Channel]) -> list[SentShown]:
        now_us = self._ground.clock.now_us()
        if now_us - self._tried_us.get(whose, -PAUSE_US) < PAUSE_US:
            raise OperatorError("a test notice was sent a moment ago: wait half a minute")
        self._tried_us[whose] = now_us
        subject, text = TEST[self._ground.settings.mail.language]
        message = Message(subject, text, self._ground.clock.new_id("ntc_"))
        reasons = await asyncio.gather(*(attempt(channel, message) for channel in channels))
        clean = self._ground.redactor.clean
        return [
            SentShown(name=channel.name, to=address_of(channel), reason=None if reason is None else clean(reason))
            for channel, reason in zip(channels, reasons, strict=True)
        ]


def address_of(channel: Channel) -> str | None:
    """Return the address of a mail's channel; None: it is another, whose address is a secret."""
    to = getattr(channel, "to", None)
    return None if to is None else str(to)
