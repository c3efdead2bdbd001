"""Our own webhooks: what arrives is signed, and a forged, changed or old body is not taken for ours."""

from __future__ import annotations

import hashlib
import hmac
import time
from pathlib import Path

import pytest

from tests.http.authorities import serving_context, trusting_context
from tests.notices.receiver import Arrived, receiving
from yumen.clock import Clock
from yumen.errors import OperatorError
from yumen.http import ServerOptions
from yumen.notices import Message, NotSentError, Poster, SmsWebhook, Webhook, parse_target
from yumen.notices.signature import is_signed, signature_of

SECRET = "signing-secret-that-nobody-may-see"
MESSAGE = Message("Budget: 80 %", "Das Budget ist zu 80 % verbraucht. 预算已用 80%。", "limit:1")


def holds(arrived: Arrived) -> bool:
    """Verify as the page of alerts says that a receiver should, without any of our code."""
    timestamp = arrived.headers["x-yumen-timestamp"]
    expected = hmac.new(SECRET.encode(), timestamp.encode() + b"." + arrived.body, hashlib.sha256).hexdigest()
    return abs(time.time() - int(timestamp)) < 300 and arrived.headers["x-yumen-signature"] == f"v1={expected}"


async def test_a_notice_arrives_signed() -> None:
    """The webhook gets the id, the time, both texts, and a signature that its secret verifies."""
    async with receiving() as receiver:
        await Webhook(Poster(), receiver.target("/hook?from=yumen"), SECRET, Clock()).tell(MESSAGE)
    (arrived,) = receiver.arrived
    assert holds(arrived)
    assert arrived.path == "/hook"
    assert arrived.query == {"from": "yumen"}
    assert arrived.headers["content-type"] == "application/json; charset=utf-8"
    document = arrived.document
    assert abs(time.time() - int(arrived.headers["x-yumen-timestamp"])) < 60
    assert document.pop("time").endswith("Z")
    assert document == {"id": "limit:1", "subject": MESSAGE.subject, "text": MESSAGE.text}


async def test_a_text_message_arrives_signed() -> None:
    """The webhook of text messages gets number, text, id and time, signed."""
    async with receiving() as receiver:
        await SmsWebhook(Poster(), receiver.target("/sms"), SECRET, Clock()).text("+8613800138000", "验证码 123456")
    (arrived,) = receiver.arrived
    assert holds(arrived)
    assert set(arrived.document) == {"to", "text", "id", "time"}
    assert (arrived.document["to"], arrived.document["text"]) == ("+8613800138000", "验证码 123456")


@pytest.mark.parametrize("number", ["", "13800138000", "+", "+0123456789", "+86 138", "+8613800138000\n", "+1234567890123456"])
async def test_only_a_telephone_number_is_sent_to(number: str) -> None:
    """What is no number in E.164 goes nowhere."""
    async with receiving() as receiver:
        with pytest.raises(NotSentError, match="telephone number"):
            await SmsWebhook(Poster(), receiver.target(), SECRET, Clock()).text(number, "x")
    assert receiver.arrived == []


def test_a_receiver_tells_what_is_not_ours() -> None:
    """A changed body, another secret, another time, and what is older than five minutes do not verify."""
    body, now = b'{"id":"1"}', 1_800_000_000
    headers = {"x-yumen-timestamp": str(now), "x-yumen-signature": signature_of(SECRET, now, body)}
    assert is_signed(SECRET, headers, body, now)
    assert is_signed(SECRET, headers, body, now + 300)
    assert not is_signed(SECRET, headers, body, now + 301)
    assert not is_signed(SECRET, headers, body, now - 301)
    assert not is_signed(SECRET, headers, body + b" ", now)
    assert not is_signed("another", headers, body, now)
    assert not is_signed(SECRET, headers | {"x-yumen-timestamp": str(now + 1)}, body, now)
    assert not is_signed(SECRET, headers | {"x-yumen-timestamp": "soon"}, body, now)
    assert not is_signed(SECRET, {}, body, now)


async def test_tls_is_verified(tmp_path: Path) -> None:
    """Over TLS a notice goes only to who has a certificate of a trusted authority."""
    async with receiving(options=ServerOptions(tls=serving_context(tmp_path))) as receiver:
        await Webhook(Poster(tls=trusting_context(tmp_path)), receiver.target(), SECRET, Clock()).tell(MESSAGE)
        assert len(receiver.arrived) == 1
        with pytest.raises(NotSentError, match=r"certificate of 127\.0\.0\.1 is not accepted"):
            await Webhook(Poster(tls=trusting_context(tmp_path, "another")), receiver.target(), SECRET, Clock()).tell(MESSAGE)
    assert len(receiver.arrived) == 1


@pytest.mark.parametrize(
    "url", ["http://example.com/hook", "http://10.0.0.1/x", "ftp://localhost/", "https://user:pw@h/", "https:///x", "https://h:x/", "x", ""]
)
def test_a_url_without_tls_is_refused_without_showing_it(url: str) -> None:
    """Beyond this machine it is https or nothing; the sentence names the setting and not the URL."""
    with pytest.raises(OperatorError) as caught:
        parse_target(url, "alerts.webhook")
    assert "alerts.webhook" in str(caught.value)
    assert not url or url not in str(caught.value)
