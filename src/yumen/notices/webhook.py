"""The signed webhook: any program of the operator's that takes JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING

from yumen.clock import iso
from yumen.notices.post import to_json
from yumen.notices.signature import signed_headers

if TYPE_CHECKING:
    from yumen.clock import Clock
    from yumen.notices.address import Target
    from yumen.notices.post import Poster
    from yumen.notices.values import Message

US_PER_S = 1_000_000


class Webhook:
    """Posts `{"id", "time", "subject", "text"}`; any 2xx status means that it arrived."""

    name = "webhook"

    def __init__(self, poster: Poster, target: Target, secret: str | None, clock: Clock) -> None:
        """Sign with the secret; the time is the clock's."""
        self._poster = poster
        self._target = target
        self._secret = secret
        self._clock = clock

    async def tell(self, message: Message) -> None:
        """Deliver the notice once, or raise NotSentError."""
        now_us = self._clock.now_us()
        body = to_json(
            {
                "id": message.id or self._clock.new_id("ntc_"),
                "time": iso(now_us),
                "subject": message.subject,
                "text": message.text,
            }
        )
        await self._poster.post(self._target, body, signed_headers(self._secret, now_us // US_PER_S, body))
