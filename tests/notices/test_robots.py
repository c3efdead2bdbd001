"""The robots: each notice stands up to what the vendor's own servers check, and a refusal in a 200 is noticed."""

from __future__ import annotations

import base64
import hashlib
import hmac
import time
from typing import Any

import pytest

from tests.notices.receiver import TOKEN, Arrived, receiving
from yumen.clock import Clock
from yumen.notices import DingTalk, Feishu, Message, NotSentError, Poster, WeCom

SECRET = "SEC-robot-secret-that-nobody-may-see"
MESSAGE = Message("Budget: 80 %", "Key <@all> `ci`\nhas used **80 %**. 预算已用 80%。")


def dingtalk(arrived: Arrived) -> tuple[int, dict[str, Any]]:
    """Check as DingTalk does: the token, the time within an hour, the signature of time and secret under the secret."""
    query = arrived.query
    signed = hmac.new(SECRET.encode(), f"{query.get('timestamp')}\n{SECRET}".encode(), hashlib.sha256).digest()
    if query.get("access_token") != TOKEN:
        return 200, {"errcode": 300001, "errmsg": "token is not exist"}
    if abs(time.time() * 1000 - int(query.get("timestamp", "0"))) > 3_600_000 or query.get("sign") != base64.b64encode(signed).decode():
        return 200, {"errcode": 310000, "errmsg": f"sign not match {SECRET}"}
    if arrived.document.get("msgtype") != "text" or not arrived.document["text"]["content"]:
        return 200, {"errcode": 40035, "errmsg": "no content"}
    return 200, {"errcode": 0, "errmsg": "ok"}


def feishu(arrived: Arrived) -> tuple[int, dict[str, Any]]:
    """Check as Feishu does: the time within an hour, the signature of nothing under time and secret."""
    document = arrived.document
    key = f"{document.get('timestamp')}\n{SECRET}".encode()
    if abs(time.time() - int(document.get("timestamp", "0"))) > 3600:
        return 200, {"code": 19021, "msg": "timestamp is not within one hour"}
    if document.get("sign") != base64.b64encode(hmac.new(key, b"", hashlib.sha256).digest()).decode():
        return 200, {"code": 19021, "msg": "sign match fail"}
    if document.get("msg_type") != "text" or not document["content"]["text"]:
        return 200, {"code": 9499, "msg": "Bad Request"}
    return 200, {"StatusCode": 0, "StatusMessage": "success", "code": 0, "data": {}, "msg": "success"}


def wecom(arrived: Arrived) -> tuple[int, dict[str, Any]]:
    """Check as WeCom does: the key, and at most 4,096 bytes."""
    if arrived.query.get("access_token") != TOKEN:
        return 200, {"errcode": 93000, "errmsg": "invalid webhook url"}
    if arrived.document["msgtype"] != "markdown" or len(arrived.document["markdown"]["content"].encode()) > 4096:
        return 200, {"errcode": 40058, "errmsg": "markdown.content exceed max length 4096"}
    return 200, {"errcode": 0, "errmsg": "ok"}


async def test_dingtalk_takes_it() -> None:
    """The signature in the query is DingTalk's, and the text is shown as it is."""
    async with receiving(dingtalk) as receiver:
        await DingTalk(Poster(), receiver.target(), SECRET, Clock()).tell(MESSAGE)
    assert receiver.arrived[0].document["text"]["content"] == f"{MESSAGE.subject}\n\n{MESSAGE.text}"


async def test_dingtalk_refuses_it() -> None:
    """With a wrong secret DingTalk answers 200 with an errcode: the notice counts as not sent, and its words are not repeated."""
    async with receiving(dingtalk) as receiver:
        with pytest.raises(NotSentError) as caught:
            await DingTalk(Poster(), receiver.target(), "wrong", Clock()).tell(MESSAGE)
        with pytest.raises(NotSentError, match="code 300001"):
            await DingTalk(Poster(), receiver.target("/robot/send?access_token=x"), SECRET, Clock()).tell(MESSAGE)
    assert str(caught.value) == "DingTalk refused the notice (code 310000)"


async def test_dingtalk_without_a_secret() -> None:
    """Where the robot is protected by words or addresses alone, nothing is added to its URL."""
    async with receiving(lambda _: (200, {"errcode": 0})) as receiver:
        await DingTalk(Poster(), receiver.target(), None, Clock()).tell(MESSAGE)
    assert receiver.arrived[0].query == {"access_token": TOKEN}


async def test_feishu_takes_it() -> None:
    """The signature in the body is Feishu's."""
    async with receiving(feishu) as receiver:
        await Feishu(Poster(), receiver.target("/open-apis/bot/v2/hook/x"), SECRET, Clock()).tell(MESSAGE)
    assert receiver.arrived[0].document["content"]["text"] == f"{MESSAGE.subject}\n\n{MESSAGE.text}"


async def test_feishu_refuses_it() -> None:
    """With a wrong secret, or none, Feishu answers 200 with a code: the notice counts as not sent."""
    async with receiving(feishu) as receiver:
        for secret in ("wrong", None):
            with pytest.raises(NotSentError, match="Feishu refused the notice \\(code 19021\\)"):
                await Feishu(Poster(), receiver.target(), secret, Clock()).tell(MESSAGE)


async def test_feishus_older_answer() -> None:
    """A robot that says only StatusCode is understood."""
    async with receiving(lambda _: (200, {"StatusCode": 0})) as receiver:
        await Feishu(Poster(), receiver.target(), SECRET, Clock()).tell(MESSAGE)
    assert len(receiver.arrived) == 1


async def test_wecom_takes_it() -> None:
    """A long notice is cut at WeCom's limit, not in the middle of a letter, and nobody's name marks anything up or calls everybody."""
    async with receiving(wecom) as receiver:
        await WeCom(Poster(), receiver.target()).tell(MESSAGE)
        await WeCom(Poster(), receiver.target()).tell(Message("long", "玉门" * 3000))
    first, second = (arrived.document["markdown"]["content"] for arrived in receiver.arrived)
    assert "<@all>" not in first
    assert "**80" not in first
    assert "预算已用 80%。" in first
    assert second.endswith("…")
    assert 4090 <= len(second.encode()) <= 4096


async def test_wecom_refuses_it() -> None:
    """A wrong key is answered 200 with an errcode: the notice counts as not sent."""
    async with receiving(wecom) as receiver:
        with pytest.raises(NotSentError, match="WeCom refused the notice \\(code 93000\\)"):
            await WeCom(Poster(), receiver.target("/?access_token=x")).tell(MESSAGE)


@pytest.mark.parametrize(
    ("answer", "said"),
    [({}, "without a code"), ({"errcode": "0"}, "without a code"), ({"errcode": False}, "refused|without"), ({"errcode": -1}, "code -1")],
)
async def test_only_a_zero_is_success(answer: dict[str, Any], said: str) -> None:
    """An answer without a code, or with another one, is no success."""
    async with receiving(lambda _: (200, answer)) as receiver:
        with pytest.raises(NotSentError, match=said):
            await WeCom(Poster(), receiver.target()).tell(MESSAGE)
