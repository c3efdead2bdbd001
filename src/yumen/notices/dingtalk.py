"""DingTalk's robots: the time in milliseconds and its HMAC stand in the query, and `errcode` 0 means that it was taken."""

from __future__ import annotations

import base64
import hashlib
import hmac
from typing import TYPE_CHECKING
from urllib.parse import quote_plus

from yumen.notices.plain import cut
from yumen.notices.post import check_code, to_json

if TYPE_CHECKING:
    from yumen.clock import Clock
    from yumen.notices.address import Target
    from yumen.notices.post import Poster
    from yumen.notices.values import Message

MAX_BYTES = 18_000
"""A robot takes 20,000 bytes of body."""


class DingTalk:
    """A robot of a group. Its URL holds its token; with `sign` as its protection there is a secret, too."""

    name = "dingtalk"

    def __init__(self, poster: Poster, target: Target, secret: str | None, clock: Clock) -> None:
        """Sign with the secret, where there is one."""
        self._poster = poster
        self._target = target
        self._secret = secret
        self._clock = clock

    async def tell(self, message: Message) -> None:
        """Deliver the notice once, or raise NotSentError."""
        text = cut(f"{message.subject}\n\n{message.text}", MAX_BYTES)
        body = to_json({"msgtype": "text", "text": {"content": text}})
        target = self._target
        if self._secret is not None:
            target = target.with_query(signed_query(self._secret, self._clock.now_us() // 1000))
        check_code(await self._poster.post(target, body), "DingTalk", "errcode")


def signed_query(secret: str, timestamp_ms: int) -> str:
    """Return what is added to the URL: the secret is the key, the time and the secret are what is signed."""
    digest = hmac.new(secret.encode(), f"{timestamp_ms}\n{secret}".encode(), hashlib.sha256).digest()
    return f"timestamp={timestamp_ms}&sign={quote_plus(base64.b64encode(digest))}"
