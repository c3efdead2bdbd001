"""What can tell people, made of the settings: the mail server, the sender of text messages, and an operator's channels."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from yumen.errors import OperatorError
from yumen.notices import (
    DingTalk,
    Feishu,
    Login,
    MailChannel,
    MailServer,
    Poster,
    SmsWebhook,
    SmtpMailer,
    Target,
    Webhook,
    WeCom,
    parse_target,
)
from yumen.settings import parse_address

if TYPE_CHECKING:
    from collections.abc import Iterator

    from yumen.clock import Clock
    from yumen.notices import Channel
    from yumen.settings import Settings
    from yumen.settings.sources import Sources


@dataclass(frozen=True, slots=True)
class Notices:
    """Everything that tells people. `mailer` and `texter` are for organizations' codes and letters too; None: not configured."""

    mailer: SmtpMailer | None
    texter: SmsWebhook | None
    channels: tuple[Channel, ...]

    def close(self) -> None:
        """Begin no more mails."""
        if self.mailer is not None:
            self.mailer.close()


def robot(sources: Sources, reference: str, setting: str) -> Target:
    """Return a robot's target. Its URL is a secret, and so is each part of it that holds the token."""
    url = sources.secret(reference, setting).reveal()
    target = parse_target(url, setting)
    parts = urlsplit(url)
    for part in (parts.query, *(value.partition("=")[2] for value in parts.query.split("&")), parts.path.rpartition("/")[2]):
        if len(part) >= MIN_TOKEN_CHARACTERS:
            sources.hide(part)
    return target


def secret_of(sources: Sources, reference: str | None, setting: str) -> str | None:
    """Return what a setting's reference leads to, None where nothing is set. Raises OperatorError where it leads to nothing."""
    return None if reference is None else sources.secret(reference, setting).reveal()


MIN_TOKEN_CHARACTERS = 16
"""A shorter part of a robot's path is a word, such as `send`."""


def make_notices(settings: Settings, clock: Clock, sources: Sources, *, poster: Poster | None = None) -> Notices:
    """Make what the settings name. Raises OperatorError where they will not do."""
    poster = poster or Poster()
    mailer = make_mailer(settings, clock, sources)
    if settings.alerts.mail and mailer is None:
        raise OperatorError("alerts.mail needs a mail server: set mail.server")
    texter = None
    if settings.sms.webhook is not None:
        secret = secret_of(sources, settings.sms.secret, "sms.secret")
        if secret is None:
            raise OperatorError("sms.webhook needs sms.secret: nobody else may have text messages sent")
        texter = SmsWebhook(poster, parse_target(settings.sms.webhook, "sms.webhook"), secret, clock)
    return Notices(mailer, texter, tuple(channels_of(settings, clock, sources, (poster, mailer))))


def make_mailer(settings: Settings, clock: Clock, sources: Sources) -> SmtpMailer | None:
    """Return the mail server's client, None where there is none."""
    chosen = settings.mail
    if chosen.server is None:
        return None
    password = secret_of(sources, chosen.password, "mail.password")
    if (chosen.user is None) is not (password is None):
        raise OperatorError("mail.user and mail.password go together: set both, or neither")
    address = parse_address(chosen.server, "mail.server")
    login = Login(chosen.user, password) if chosen.user is not None and password is not None else None
    return SmtpMailer(MailServer(address.host, address.port, chosen.sender, chosen.tls, chosen.authority, login), clock)


def channels_of(settings: Settings, clock: Clock, sources: Sources, ways: tuple[Poster, SmtpMailer | None]) -> Iterator[Channel]:
    """Yield the operator's channels."""
    chosen, (poster, mailer) = settings.alerts, ways
    if mailer is not None:
        yield from (MailChannel(mailer, address) for address in chosen.mail)
    if chosen.webhook is not None:
        secret = secret_of(sources, chosen.webhook_secret, "alerts.webhook_secret")
        yield Webhook(poster, parse_target(chosen.webhook, "alerts.webhook"), secret, clock)
    if chosen.dingtalk is not None:
        target = robot(sources, chosen.dingtalk, "alerts.dingtalk")
        yield DingTalk(poster, target, secret_of(sources, chosen.dingtalk_secret, "alerts.dingtalk_secret"), clock)
    if chosen.feishu is not None:
        target = robot(sources, chosen.feishu, "alerts.feishu")
        yield Feishu(poster, target, secret_of(sources, chosen.feishu_secret, "alerts.feishu_secret"), clock)
    if chosen.wecom is not None:
        yield WeCom(poster, robot(sources, chosen.wecom, "alerts.wecom"))
