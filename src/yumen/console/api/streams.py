"""Answers that go on for a while: they end, unfinished, with the session or the right of whoever asked for them."""

from __future__ import annotations

from contextlib import aclosing
from typing import TYPE_CHECKING, cast

from starlette.responses import StreamingResponse

from yumen.console.api.dispatch import refused
from yumen.console.crowd import TooMuchAtOnce
from yumen.errors import Fault

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, AsyncIterator, Mapping

    from starlette.types import Receive, Scope, Send

    from yumen.console.api.call import Call

LOOKED_US = 1_000_000
"""So old may be what is known of whoever asked when a piece is sent."""


class Stream(StreamingResponse):
    """Sends pieces for as long as whoever asked may have them.

    What breaks off is not ended in due form, so that nobody takes it for whole.
    """

    def __init__(self, call: Call, pieces: AsyncIterator[bytes], media_type: str, headers: Mapping[str, str] | None = None) -> None:
        """Send those pieces."""
        self._call = call
        super().__init__(while_allowed(call, pieces), 200, headers, media_type)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send, or refuse whoever has too many under way; the server closes the connection of what returns before its end."""
        try:
            with self._call.services.crowd.place(self._call.person):
                await super().__call__(scope, receive, send)
        except TooMuchAtOnce as fault:
            await refused(fault, self._call.request_id)(scope, receive, send)
        except Fault:
            return


async def while_allowed(call: Call, pieces: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    """Yield pieces; before each, once a second, whoever asked is looked at anew. Raises a Fault where they may not have it any more."""
    looked_us, reading = call.clock.now_us(), cast("AsyncGenerator[bytes, None]", pieces)
    async with aclosing(reading):
        async for piece in reading:
            if abs(call.clock.now_us() - looked_us) >= LOOKED_US:
                await call.stand()
                looked_us = call.clock.now_us()
            yield piece
