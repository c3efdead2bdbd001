"""WeCom's robots: the URL's key is all that protects them, and `errcode` 0 means that it was taken."""

from __future__ import annotations

from typing import TYPE_CHECKING

from yumen.notices.plain import cut, quoted
from yumen.notices.post import check_code, to_json

if TYPE_CHECKING:
    from yumen.notices.address import Target
    from yumen.notices.post import Poster
    from yumen.notices.values import Message

MAX_BYTES = 4096
"""A robot takes so much Markdown, in UTF-8."""


class WeCom:
    """A robot of a group."""

    name = "wecom"

    def __init__(self, poster: Poster, target: Target) -> None:
        """Post to its URL."""
        self._poster = poster
        self._target = target

    async def tell(self, message: Message) -> None:
        """Deliver the notice once, or raise NotSentError."""
        text = cut(f"**{quoted(message.subject)}**\n\n{quoted(message.text)}", MAX_BYTES)
        body = to_json({"msgtype": "markdown", "markdown": {"content": text}})
        check_code(await self._poster.post(self._target, body), "WeCom", "errcode")
