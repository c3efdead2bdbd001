"""Mail against a real SMTP server: encrypted, logged in, in any language, and nothing in it can become a header or a second recipient."""

from __future__ import annotations

import asyncio
import socket
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.notices.mail_server import LOGIN, PASSWORD, SENDER, authority_file, mail_server, mailer
from yumen.clock import Clock
from yumen.errors import OperatorError
from yumen.notices import Login, MailChannel, MailServer, Message, NotSentError, SmtpMailer
from yumen.notices.letter import is_address, letter

TO = "owner@customer.example"
# The server does not see that it is encrypted from the beginning.
pytestmark = pytest.mark.filterwarnings("ignore:Requiring AUTH:UserWarning")
MESSAGE = Message("预算已用 80% – Überblick", "第一行\nSecond line\n.\n" + "长" * 2000, "limit:1")


@pytest.mark.parametrize("tls", ["starttls", "tls"])
async def test_a_mail_arrives_encrypted(tmp_path: Path, tls: str) -> None:
    """By STARTTLS and by TLS, with a login: subject and body arrive as they were, in Chinese too, however long their lines."""
    with mail_server(tmp_path, tls, login=True) as (post, port):
        await mailer(port, tls, authority=authority_file(tmp_path), login=LOGIN).mail(TO, MESSAGE)
    (mail,) = post.mails
    assert post.encrypted == [True]
    assert post.envelopes == [(SENDER, [TO])]
    assert mail["Subject"] == MESSAGE.subject
    assert (mail["From"], mail["To"], mail["Auto-Submitted"]) == (SENDER, TO, "auto-generated")
    assert mail["Message-ID"].endswith("@gateway.example>")
    assert abs(mail["Date"].datetime.timestamp() - time.time()) < 60
    assert mail.get_content().replace("\r\n", "\n").rstrip("\n") == MESSAGE.text


async def test_mail_to_this_machine_needs_no_tls(tmp_path: Path) -> None:
    """On loopback a server without TLS will do."""
    with mail_server(tmp_path, "none") as (post, port):
        await mailer(port, "none").mail(TO, MESSAGE)
    assert len(post.mails) == 1
    assert post.encrypted == [False]


@pytest.mark.parametrize("host", ["mail.example", "10.0.0.1", "192.168.1.1", "::", "localhost.example"])
def test_mail_elsewhere_needs_tls(host: str) -> None:
    """Beyond this machine a server without TLS is refused before anything is sent."""
    with pytest.raises(OperatorError, match=r"mail\.tls"):
        SmtpMailer(MailServer(host, 25, SENDER, "none"), Clock())


async def test_a_server_without_starttls_gets_nothing(tmp_path: Path) -> None:
    """Where STARTTLS is asked for and not offered (or taken out on the way), neither login nor mail is sent."""
    with mail_server(tmp_path, "none") as (post, port), pytest.raises(NotSentError, match="does not offer what is needed"):
        await mailer(port, authority=authority_file(tmp_path), login=LOGIN).mail(TO, MESSAGE)
    assert post.mails == []


@pytest.mark.parametrize("tls", ["starttls", "tls"])
async def test_a_strangers_certificate_gets_nothing(tmp_path: Path, tls: str) -> None:
    """A certificate of an authority that is not trusted ends the conversation: another's, and the test's own without the file."""
    with mail_server(tmp_path, tls, login=True) as (post, port):
        for trusted in (authority_file(tmp_path, "another"), None):
            with pytest.raises(NotSentError, match="certificate that is not accepted"):
                await mailer(port, tls, authority=trusted, login=LOGIN).mail(TO, MESSAGE)
    assert post.mails == []


async def test_another_hosts_certificate_gets_nothing(tmp_path: Path) -> None:
    """The certificate's name must be the server's."""
    with (
        mail_server(tmp_path, names=("another.example",)) as (post, port),
        pytest.raises(NotSentError, match=r"not accepted \(Hostname mismatch"),
    ):
        await mailer(port, authority=authority_file(tmp_path)).mail(TO, MESSAGE)
    assert post.mails == []


async def test_a_wrong_login(tmp_path: Path) -> None:
    """A refused login is named by its code; the password stands nowhere."""
    with mail_server(tmp_path, login=True) as (post, port):
        wrong = Login("yumen", f"{PASSWORD}!")
        with pytest.raises(NotSentError) as caught:
            await mailer(port, authority=authority_file(tmp_path), login=wrong).mail(TO, MESSAGE)
    assert str(caught.value) == "the mail server localhost does not accept the login (535)"
    assert PASSWORD not in f"{caught.value!r}{caught.value.__cause__!r}{wrong!r}{wrong}"
    assert post.mails == []


async def test_a_refused_recipient(tmp_path: Path) -> None:
    """A refused recipient is named by the server's code, without its words and without the address."""
    with mail_server(tmp_path) as (post, port):
        post.refuse = f"550 no such user {TO}"
        with pytest.raises(NotSentError) as caught:
            await mailer(port, authority=authority_file(tmp_path)).mail(TO, MESSAGE)
    assert str(caught.value) == "the mail server localhost refuses the recipient (550)"


async def test_a_silent_server_is_given_up_and_its_thread_ends() -> None:
    """A server that accepts and says nothing costs the time-out; the thread that waits for it is woken."""
    with socket.create_server(("127.0.0.1", 0)) as silent:
        sender = mailer(silent.getsockname()[1], "none", timeout_s=0.05)
        begun = time.monotonic()
        with pytest.raises(NotSentError, match=r"did not take it within 0\.05 s"):
            await sender.mail(TO, MESSAGE)
        await asyncio.to_thread(sender._threads.shutdown)
        assert time.monotonic() - begun < 5


async def test_a_server_that_hangs_up() -> None:
    """A server that closes the connection fails the mail in one sentence."""

    async def hang_up(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.close()

    server = await asyncio.start_server(hang_up, "127.0.0.1", 0)
    with pytest.raises(NotSentError, match=r"the mail server 127\.0\.0\.1 ended the conversation"):
        await mailer(server.sockets[0].getsockname()[1], "none").mail(TO, MESSAGE)
    server.close()


async def test_the_same_notice_has_the_same_id(tmp_path: Path) -> None:
    """Tried twice, a mail has one Message-ID, so that its receiver can tell."""
    with mail_server(tmp_path) as (post, port):
        sender = mailer(port, authority=authority_file(tmp_path))
        channel = MailChannel(sender, TO)
        for message in (MESSAGE, MESSAGE, Message("another", "x", "limit:2")):
            await channel.tell(message)
    first, second, third = (mail["Message-ID"] for mail in post.mails)
    assert first == second != third


@pytest.mark.parametrize(
    "address",
    [
        "",
        "a",
        "a@",
        "@b",
        "a@b@c",
        "a@b, c@d",
        "a@b c",
        "<a@b>",
        "a@b\r\nBcc: c@d",
        "A <a@b>",
        "a@b\x00",
        "a@b;c@d",
        '"a"@b',
        "a@[1.2.3.4]",
    ],
)
async def test_one_plain_address_is_sent_to(address: str) -> None:
    """What could be more than one address, or a header, is refused everywhere."""
    assert not is_address(address)
    with pytest.raises(NotSentError):
        letter(SENDER, address, MESSAGE, 0)
    with pytest.raises(OperatorError):
        MailChannel(mailer(1, "none"), address)
    with pytest.raises(OperatorError):
        SmtpMailer(MailServer("localhost", 25, address), Clock())


@given(st.text(max_size=300), st.text(max_size=300))
def test_no_text_becomes_a_header(subject: str, text: str) -> None:
    """Whatever stands in subject and text, the mail has the same headers, and no line of it is longer than SMTP takes."""
    mail = letter(SENDER, TO, Message(subject, text), 1_800_000_000)
    head, _, _ = mail.as_bytes().partition(b"\r\n\r\n")
    names = [line.split(b":")[0].lower() for line in head.split(b"\r\n") if not line.startswith((b" ", b"\t"))]
    assert sorted(names) == sorted(
        [
            b"from",
            b"to",
            b"subject",
            b"date",
            b"message-id",
            b"auto-submitted",
            b"content-type",
            b"content-transfer-encoding",
            b"mime-version",
        ]
    )
    assert all(len(line) <= 998 for line in mail.as_bytes().split(b"\r\n"))
