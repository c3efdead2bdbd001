"""Mail by SMTP: encrypted before anything is said, with time-outs, in threads of its own, so that a slow server holds up nobody."""

from __future__ import annotations

import asyncio
import smtplib
import socket
import ssl
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import msgspec

from yumen.errors import OperatorError
from yumen.notices.address import is_loopback
from yumen.notices.letter import domain_of, is_address, letter
from yumen.notices.values import NotSentError

if TYPE_CHECKING:
    from email.message import EmailMessage

    from yumen.clock import Clock
    from yumen.notices.values import Message

STEP_TIMEOUT_S = 10.0
TIMEOUT_S = 30.0
THREADS = 2
GREETING = 220
REASONS: tuple[tuple[type[Exception], str], ...] = (
    (smtplib.SMTPNotSupportedError, "does not offer what is needed: STARTTLS, a way to log in, or addresses beyond ASCII"),
    (ssl.SSLError, "does not speak TLS as it should"),
    (TimeoutError, "does not answer"),
    (ConnectionRefusedError, "refused the connection"),
    (socket.gaierror, "has a name that does not resolve"),
)
US_PER_S = 1_000_000


class Login:
    """A user and a password. It has no `repr`."""

    __slots__ = ("password", "user")

    def __init__(self, user: str, password: str) -> None:
        """Keep both."""
        self.user = user
        self.password = password

    def __repr__(self) -> str:
        return "Login(…)"


class MailServer(msgspec.Struct, frozen=True):
    """Where mail is handed in."""

    host: str
    port: int
    sender: str
    tls: Literal["starttls", "tls", "none"] = "starttls"
    authority: str | None = None
    """A file of certificates to trust instead of the system's."""
    login: Login | None = None
    step_timeout_s: float = STEP_TIMEOUT_S
    """For each step."""
    timeout_s: float = TIMEOUT_S
    """For a mail, all of it."""


class SmtpMailer:
    """The Mailer over a mail server."""

    def __init__(self, server: MailServer, clock: Clock) -> None:
        """Read the authority's file. Raises OperatorError where the settings will not do."""
        if server.tls == "none" and not is_loopback(server.host):
            raise OperatorError("mail.tls = none is for a mail server on this machine alone: use starttls or tls")
        if not is_address(server.sender):
            raise OperatorError("mail.sender takes one plain mail address, not {value}", value=repr(server.sender))
        self._server = server
        self._clock = clock
        self._tls = None if server.tls == "none" else trust(server.authority)
        self._threads = ThreadPoolExecutor(THREADS, "yumen-mail")

    async def mail(self, to: str, message: Message) -> None:
        """Hand one mail to the server, or raise NotSentError. `to` is one plain address."""
        sending = Sending(self._server, self._tls)
        mail = letter(self._server.sender, to, message, self._clock.now_us() // US_PER_S)
        handing = asyncio.get_running_loop().run_in_executor(self._threads, sending.hand_over, mail, to)
        try:
            async with asyncio.timeout(self._server.timeout_s):
                await asyncio.shield(handing)
        except TimeoutError:
            raise NotSentError(f"the mail server {self._server.host} did not take it within {self._server.timeout_s:g} s") from None
        finally:
            sending.give_up()
            handing.add_done_callback(forget)

    def close(self) -> None:
        """Begin no more mails."""
        self._threads.shutdown(wait=False, cancel_futures=True)


class MailChannel:
    """An address as a channel of notices."""

    name = "mail"

    def __init__(self, mailer: SmtpMailer, to: str) -> None:
        """Send to that address. Raises OperatorError where it is none."""
        if not is_address(to):
            raise OperatorError("alerts.mail takes plain mail addresses, not {value}", value=repr(to))
        self._mailer = mailer
        self.to = to

    async def tell(self, message: Message) -> None:
        """Deliver the notice once, or raise NotSentError."""
        await self._mailer.mail(self.to, message)


class Sending:
    """One mail on its way, in a thread; another one may give it up."""

    def __init__(self, server: MailServer, tls: ssl.SSLContext | None) -> None:
        """Send it there."""
        self._server = server
        self._tls = tls
        self._smtp: smtplib.SMTP | None = None
        self._given_up = False

    def hand_over(self, mail: EmailMessage, to: str) -> None:
        """Connect, encrypt, log in, hand over. Raises NotSentError."""
        server = self._server
        try:
            smtp = self._made()
            try:
                self._talk(smtp, mail, to)
            finally:
                smtp.close()
        except (smtplib.SMTPException, OSError, ValueError) as error:
            # Without its cause: the server's own words may repeat what was sent.
            raise NotSentError(f"the mail server {server.host} {reason(error)}") from None

    def _made(self) -> smtplib.SMTP:
        server = self._server
        domain = domain_of(server.sender)
        name = domain if "." in domain else "[127.0.0.1]"
        if server.tls == "tls":
            smtp: smtplib.SMTP = smtplib.SMTP_SSL(local_hostname=name, timeout=server.step_timeout_s, context=self._tls)
        else:
            smtp = smtplib.SMTP(local_hostname=name, timeout=server.step_timeout_s)
        # The name that its certificate is checked against. The constructor takes it only together with connecting, and `give_up` needs
        # the object before that.
        smtp._host = server.host  # type: ignore[attr-defined]  # noqa: SLF001
        self._smtp = smtp
        if self._given_up:
            raise NotSentError(f"the mail server {server.host} was not asked in time")
        return smtp

    def _talk(self, smtp: smtplib.SMTP, mail: EmailMessage, to: str) -> None:
        server = self._server
        status, _ = smtp.connect(server.host, server.port)
        if status != GREETING:
            raise smtplib.SMTPConnectError(status, "")
        if server.tls == "starttls":
            smtp.starttls(context=self._tls)
        if server.login is not None:
            smtp.login(server.login.user, server.login.password)
        smtp.send_message(mail, server.sender, [to])
        with suppress(smtplib.SMTPException, OSError):  # it has the mail: how it says goodbye is all the same
            smtp.quit()

    def give_up(self) -> None:
        """Let the thread come to its end, wherever it waits."""
        self._given_up = True
        connection = getattr(self._smtp, "sock", None)
        if connection is not None:
            with suppress(OSError):
                socket.socket.shutdown(connection, socket.SHUT_RDWR)


def forget(handing: asyncio.Future[None]) -> None:
    """Look at what nobody waits for any more."""
    if not handing.cancelled():
        handing.exception()


def trust(authority: str | None) -> ssl.SSLContext:
    """Return a context that trusts the system's authorities, or those of the file instead. Raises OperatorError."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    if authority is None:
        context.load_default_certs(ssl.Purpose.SERVER_AUTH)
        return context
    path = Path(authority).expanduser()
    try:
        context.load_verify_locations(path)
    except ssl.SSLError as error:
        raise OperatorError("{path} holds no certificate in PEM form", path=path) from error
    except OSError as error:
        raise OperatorError("{path} cannot be read: {reason}", path=path, reason=error.strerror or "unreadable") from error
    return context


def reason(error: Exception) -> str:
    """Return what a mail server did, without its words."""
    if isinstance(error, smtplib.SMTPAuthenticationError):
        return f"does not accept the login ({error.smtp_code})"
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        codes = sorted({code for code, _ in error.recipients.values()})
        return f"refuses the recipient ({', '.join(map(str, codes))})"
    if isinstance(error, smtplib.SMTPResponseException):
        return f"refuses the mail ({error.smtp_code})"
    if isinstance(error, ssl.SSLCertVerificationError):
        return f"has a certificate that is not accepted ({error.verify_message.rstrip('.')})"
    return next((said for kind, said in REASONS if isinstance(error, kind)), f"ended the conversation ({type(error).__name__})")
