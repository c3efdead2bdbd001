"""Thinking blocks: what they say, and a signature that shows when one was edited before it came back."""

from __future__ import annotations

from base64 import b64decode, b64encode
from binascii import Error as BadBase64
from hashlib import sha256
from typing import TYPE_CHECKING

from yumen.sandbox.answer import Redacted, Thought
from yumen.sandbox.wording import render

if TYPE_CHECKING:
    from yumen.sandbox.ask import Ask
    from yumen.sandbox.draw import Draw

_MARK = b"\x12\xa4\x01yumen-sandbox\x00"
"""Begins every signature made here, so that a foreign one is not mistaken for an edited one."""
_KEY = b"not a secret: it tells an edited thinking block, nothing more"

_ENGLISH = (
    "{{The user asks|The question is|I am asked}}: {{excerpt}}\n\n"
    "{{I should answer that directly.|A short, direct answer is best here.|Let me think about what would help most.}} "
    "{{This is an offline sandbox, so I keep to what the request itself says.|I have no model behind me here, only rules.}}"
)
_CHINESE = (
    "{{用户问的是|问题是|需要回答的是}}：{{excerpt}}\n\n{{直接回答即可。|简短、直接地回答最好。|先想想怎样回答最有用。}}"
    "{{这里是离线沙箱，只依据请求本身作答。|这里没有真正的模型，只有规则。}}"
)
_EXCERPT = 120


def think(ask: Ask, text: str | None, draw: Draw, *, shown: bool) -> Thought:
    """Return a thinking block; `text` from a rule, else a few sentences about the question."""
    excerpt = " ".join(ask.question.split())[:_EXCERPT]
    said = text or render(_CHINESE if ask.chinese else _ENGLISH, {"excerpt": excerpt}, ask.sampling, draw)
    visible = said if shown else ""
    return Thought(said, visible, sign(visible))


def redact(draw: Draw) -> Redacted:
    """Return a thinking block that only its maker can read."""
    return Redacted(b64encode(_MARK + draw.octets("redacted") + draw.octets("redacted too")).decode())


def sign(visible: str) -> str:
    """Return the signature of a thinking block."""
    return b64encode(_MARK + sha256(_KEY + visible.encode()).digest() + sha256(visible.encode()).digest()).decode()


def signature_fits(visible: str, signature: str) -> bool | None:
    """Tell whether a signature belongs to a text; None where it was not made here."""
    try:
        made = b64decode(signature, validate=True)
    except (BadBase64, ValueError):
        return None
    return sign(visible) == signature if made.startswith(_MARK) else None
