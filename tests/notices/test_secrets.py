"""No token, secret or password is in a log, an error or a representation, whatever receivers do with it."""

from __future__ import annotations

import asyncio
import logging
from pathlib import Path
from typing import Any

import pytest

from tests.notices.mail_server import PASSWORD, SENDER, USER, authority_file, mail_server, mailer
from tests.notices.receiver import TOKEN, Arrived, receiving
from yumen.clock import Clock
from yumen.notices import Courier, DingTalk, Feishu, Login, MailChannel, MailServer, Message, Poster, Webhook, WeCom, parse_target

SECRET = "SEC-planted-secret-that-nobody-may-see"
PLANTED = (SECRET, TOKEN, PASSWORD)


def blab(arrived: Arrived) -> tuple[int, dict[str, Any]]:
    """Refuse, and repeat everything."""
    return (200 if "robot" in arrived.path else 418), {"errcode": 7, "code": 7, "errmsg": f"{arrived} {SECRET}"}


async def test_what_fails_is_logged_without_secrets(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """Every channel fails in every way that it can: refused, gone, not encrypted; the log names each and shows no secret."""
    caplog.set_level(logging.DEBUG)
    async with receiving(blab) as receiver:
        gone = parse_target(f"https://127.0.0.1:1/{TOKEN}?key={TOKEN}", "test")
        poster, clock = Poster(timeout_s=5), Clock()
        with mail_server(tmp_path, login=True) as (post, port):
            post.refuse = f"550 {PASSWORD}"
            tls = authority_file(tmp_path)
            channels = [
                Webhook(poster, receiver.target(f"/hook/{TOKEN}"), SECRET, clock),
                Webhook(poster, gone, SECRET, clock),
                DingTalk(poster, receiver.target(), SECRET, clock),
                Feishu(poster, receiver.target(), SECRET, clock),
                WeCom(poster, receiver.target()),
                WeCom(poster, gone),
                MailChannel(mailer(port, authority=tls, login=Login(USER, PASSWORD)), "a@customer.example"),
                MailChannel(mailer(port, authority=tls, login=Login(PASSWORD, PASSWORD)), "b@customer.example"),
            ]
            courier = Courier(channels, clock, delays_s=(0,))
            courier.tell(Message("subject", "text"))
            running = asyncio.create_task(courier.run())
            await courier.finish(60)
            running.cancel()
            await asyncio.wait([running])
    assert courier.total("failed") == len(channels)
    ours = [record.getMessage() for record in caplog.records if record.name.startswith("yumen")]
    assert len(ours) == len(channels)
    assert not any(planted in line for line in ours for planted in PLANTED)


def test_nothing_shows_itself() -> None:
    """What holds a secret has no telling representation."""
    target = parse_target(f"https://robots.example/{TOKEN}?key={TOKEN}", "test")
    login = Login(USER, PASSWORD)
    holders = [
        target,
        login,
        MailServer("mail.example", 587, SENDER, login=login),
        DingTalk(Poster(), target, SECRET, Clock()),
        Feishu(Poster(), target, SECRET, Clock()),
        Webhook(Poster(), target, SECRET, Clock()),
        WeCom(Poster(), target),
        mailer(587, login=login),
    ]
    assert not any(planted in f"{holder!r} {holder}" for holder in holders for planted in PLANTED)
