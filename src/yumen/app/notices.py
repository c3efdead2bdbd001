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
from yumen.settings import parse_address, read_secret_file

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from yumen.clock import Clock
    from yumen.notices import Channel
    from yumen.settings import Settings


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


class Vault:
    """Reads the secrets that settings name, and lets whoever must hide them know each."""

    def __init__(self, environ: Mapping[str, str], register: Callable[[str], None]) -> None:
        """Read from that environment, and from files."""
        self._environ = environ
        self._register = register

    def secret(self, reference: str, setting: str) -> str:
        """Return what a reference names. Raises OperatorError where it names nothing; what it says shows no secret."""
        kind, _, name = reference.partition(":")
        if kind not in ("env", "file") or not name:
            raise OperatorError("{setting} takes env:NAME or file:PATH: the secret itself must not stand in the settings", setting=setting)
        value = (self._environ.get(name, "") if kind == "env" else read_secret_file(name)).strip()
        if not value:
            raise OperatorError("{setting}: there is nothing in {reference}", setting=setting, reference=reference)
        self._register(value)
        return value

    def maybe(self, reference: str | None, setting: str) -> str | None:
        """Return the same, None where nothing is set."""
        return None if reference is None else self.secret(reference, setting)

    def robot(self, reference: str, setting: str) -> Target:
        """Return a robot's target. Its URL is a secret, and so is each part of it that holds the token."""
        url = self.secret(reference, setting)
        target = parse_target(url, setting)
        parts = urlsplit(url)
        for part in (parts.query, *(value.partition("=")[2] for value in parts.query.split("&")), parts.path.rpartition("/")[2]):
            if len(part) >= MIN_TOKEN_CHARACTERS:
                self._register(part)
        return target


MIN_TOKEN_CHARACTERS = 16
"""A shorter part of a robot's path is a word, such as `send`."""


def make_notices(settings: Settings, clock: Clock, vault: Vault, *, poster: Poster | None = None) -> Notices:
    """Make what the settings name. Raises OperatorError where they will not do."""
    poster = poster or Poster()
    mailer = make_mailer(settings, clock, vault)
    if settings.alerts.mail and mailer is None:
        raise OperatorError("alerts.mail needs a mail server: set mail.server")
    texter = None
    if settings.sms.webhook is not None:
        secret = vault.maybe(settings.sms.secret, "sms.secret")
        if secret is None:
            raise OperatorError("sms.webhook needs sms.secret: nobody else may have text messages sent")
        texter = SmsWebhook(poster, parse_target(settings.sms.webhook, "sms.webhook"), secret, clock)
    return Notices(mailer, texter, tuple(channels_of(settings, clock, vault, (poster, mailer))))


def make_mailer(settings: Settings, clock: Clock, vault: Vault) -> SmtpMailer | None:
    """Return the mail server's client, None where there is none."""
    chosen = settings.mail
    if chosen.server is None:
        return None
    password = vault.maybe(chosen.password, "mail.password")
    if (chosen.user is None) is not (password is None):
        raise OperatorError("mail.user and mail.password go together: set both, or neither")
    address = parse_address(chosen.server, "mail.server")
    login = Login(chosen.user, password) if chosen.user is not None and password is not None else None
    return SmtpMailer(MailServer(address.host, address.port, chosen.sender, chosen.tls, chosen.authority, login), clock)


def channels_of(settings: Settings, clock: Clock, vault: Vault, ways: tuple[Poster, SmtpMailer | None]) -> Iterator[Channel]:
    """Yield the operator's channels."""
    chosen, (poster, mailer) = settings.alerts, ways
    if mailer is not None:
        yield from (MailChannel(mailer, address) for address in chosen.mail)
    if chosen.webhook is not None:
        secret = vault.maybe(chosen.webhook_secret, "alerts.webhook_secret")
        yield Webhook(poster, parse_target(chosen.webhook, "alerts.webhook"), secret, clock)
    if chosen.dingtalk is not None:
        target = vault.robot(chosen.dingtalk, "alerts.dingtalk")
        yield DingTalk(poster, target, vault.maybe(chosen.dingtalk_secret, "alerts.dingtalk_secret"), clock)
    if chosen.feishu is not None:
        target = vault.robot(chosen.feishu, "alerts.feishu")
        yield Feishu(poster, target, vault.maybe(chosen.feishu_secret, "alerts.feishu_secret"), clock)
    if chosen.wecom is not None:
        yield WeCom(poster, vault.robot(chosen.wecom, "alerts.wecom"))
