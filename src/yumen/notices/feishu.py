"""Feishu's robots: the time in seconds and its HMAC stand in the body, and `code` 0 means that it was taken."""

from __future__ import annotations

import base64
import hashlib
import hmac
from typing import TYPE_CHECKING

from yumen.notices.plain import cut
from yumen.notices.post import check_code, to_json

if TYPE_CHECKING:
    from yumen.clock import Clock
    from yumen.notices.address import Target
    from yumen.notices.post import Poster
    from yumen.notices.values import Message

US_PER_S = 1_000_000
MAX_BYTES = 18_000
"""A robot takes 20 KB of body."""


class Feishu:
    """A robot of a group. Its URL holds its token; with a signature as its protection there is a secret, too."""

    name = "feishu"

    def __init__(self, poster: Poster, target: Target, secret: str | None, clock: Clock) -> None:
        """Sign with the secret, where there is one."""
        self._poster = poster
        self._target = target
        self._secret = secret
        self._clock = clock

    async def tell(self, message: Message) -> None:
        """Deliver the notice once, or raise NotSentError."""
        document: dict[str, object] = {}
        if self._secret is not None:
            timestamp = self._clock.now_us() // US_PER_S
            document = {"timestamp": str(timestamp), "sign": sign(self._secret, timestamp)}
        document |= {"msg_type": "text", "content": {"text": cut(f"{message.subject}\n\n{message.text}", MAX_BYTES)}}
        # Older robots say StatusCode.
        check_code(await self._poster.post(self._target, to_json(document)), "Feishu", "code", "StatusCode")


def sign(secret: str, timestamp: int) -> str:
    """Return the signature: the time and the secret are the key, and nothing is what is signed."""
    return base64.b64encode(hmac.new(f"{timestamp}\n{secret}".encode(), b"", hashlib.sha256).digest()).decode()
