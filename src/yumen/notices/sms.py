"""Text messages through an HTTP webhook of the operator's, which hands them to whoever sends them in his country."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from yumen.clock import iso
from yumen.notices.post import to_json
from yumen.notices.signature import signed_headers
from yumen.notices.values import NotSentError

if TYPE_CHECKING:
    from yumen.clock import Clock
    from yumen.notices.address import Target
    from yumen.notices.post import Poster

US_PER_S = 1_000_000
NUMBER = re.compile(r"\+[1-9][0-9]{5,14}")
"""E.164: a country's code and the number in it."""


class SmsWebhook:
    """Posts `{"to", "text", "id", "time"}`; any 2xx status means that it was taken."""

    def __init__(self, poster: Poster, target: Target, secret: str | None, clock: Clock) -> None:
        """Sign with the secret; the time is the clock's."""
        self._poster = poster
        self._target = target
        self._secret = secret
        self._clock = clock

    async def text(self, to: str, text: str) -> None:
        """Hand one text message over for the number (`+8613800138000`), or raise NotSentError."""
        if not NUMBER.fullmatch(to):
            raise NotSentError("a telephone number must read + and 6 to 15 digits")
        now_us = self._clock.now_us()
        body = to_json({"to": to, "text": text, "id": self._clock.new_id("sms_"), "time": iso(now_us)})
        await self._poster.post(self._target, body, signed_headers(self._secret, now_us // US_PER_S, body))
