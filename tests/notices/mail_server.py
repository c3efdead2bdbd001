"""A real SMTP server on loopback, with certificates of the tests' own authority."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, LoginPassword

from tests.http.authorities import authority, written
from yumen.clock import Clock
from yumen.notices import Login, MailServer, SmtpMailer

USER = "yumen"
PASSWORD = "mail-password-that-nobody-may-see"
SENDER = "yumen@gateway.example"


@dataclass
class Post:
    """Keeps every mail, and refuses addresses on demand."""

    mails: list[EmailMessage] = field(default_factory=list)
    envelopes: list[tuple[str, list[str]]] = field(default_factory=list)
    encrypted: list[bool] = field(default_factory=list)
    refuse: str = ""

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: list[str]) -> str:  # noqa: N802, ANN401  (the server's names)
        """Take a recipient."""
        del server, session, options
        if self.refuse:
            return self.refuse
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802, ANN401  (the same)
        """Take a mail."""
        mail: Any = message_from_bytes(envelope.content, policy=policy.SMTP)
        self.mails.append(mail)
        self.envelopes.append((envelope.mail_from, envelope.rcpt_tos))
        self.encrypted.append(session.ssl is not None or server.transport.get_extra_info("ssl_object") is not None)
        return "250 taken"


def check_login(*arguments: Any) -> AuthResult:  # noqa: ANN401  (the server's signature)
    """Accept the one user; the words of a refusal repeat what was sent, as some servers do."""
    data = arguments[-1]
    known = isinstance(data, LoginPassword) and (data.login, data.password) == (USER.encode(), PASSWORD.encode())
    return AuthResult(success=known, handled=known)


def served_context(folder: Path, *names: str) -> ssl.SSLContext:
    """Return a context that serves by those names, or as localhost."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*written(folder, *names))
    return context


def authority_file(folder: Path, name: str = "trusted") -> str:
    """Write an authority's certificate and return its file."""
    path = folder / f"{name}-authority.pem"
    path.write_bytes(authority(name).cert_pem.bytes())
    return str(path)


@contextmanager
def mail_server(folder: Path, tls: str = "starttls", *, login: bool = False, names: tuple[str, ...] = ()) -> Iterator[tuple[Post, int]]:
    """Serve mail on a free port: yield what keeps the mails, and the port."""
    post = Post()
    options: dict[str, Any] = {}
    if tls == "starttls":
        options = {"tls_context": served_context(folder, *names), "require_starttls": True}
    if tls == "tls":
        options = {"ssl_context": served_context(folder, *names)}
    if login:
        # Over TLS from the beginning the server does not see that it is encrypted.
        options |= {"authenticator": check_login, "auth_required": True, "auth_require_tls": tls == "starttls"}
    controller = Controller(post, hostname="127.0.0.1", port=free_port(), **options)
    controller.start()
    try:
        yield post, controller.port
    finally:
        controller.stop()


def free_port() -> int:
    """Return a port that is free now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def mailer(port: int, tls: Any = "starttls", **more: Any) -> SmtpMailer:  # noqa: ANN401  (what the struct takes)
    """Return a mailer for that port."""
    return SmtpMailer(MailServer(host="localhost" if tls != "none" else "127.0.0.1", port=port, sender=SENDER, tls=tls, **more), Clock())


LOGIN = Login(USER, PASSWORD)
