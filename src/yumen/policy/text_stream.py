"""Bytes that are not events: a file that is downloaded, or an answer of a path outside the table, changed as they flow."""

from __future__ import annotations

import codecs
import re
from typing import TYPE_CHECKING

from yumen.claude.sse import event
from yumen.errors import PolicyBlocked
from yumen.policy.chat_stream import chat_events
from yumen.policy.growing import GrowingText, rewritten
from yumen.policy.growing_json import GrowingJson
from yumen.policy.message_stream import message_events
from yumen.policy.values import Place

if TYPE_CHECKING:
    from collections.abc import Sequence

    from yumen.exchange import StreamEdit
    from yumen.policy.growing import Change
    from yumen.policy.looks import Look

UNSEEN = "This answer holds something that is not text, and a content policy lets nothing pass that it cannot see."
BEGINS_JSON = re.compile(rb'\{\s*["}]|\[\s*(?:["{\[\]0-9-]|true|false|null)')
_decoder = codecs.getincrementaldecoder("utf-8")
EVENTS = re.compile(rb"(?:event|data|id|retry)?:")
FIRST_BYTES = 16
"""So many tell what it is."""
NO_TEXT = b"\0"
"""No text has it; other bytes that are valid UTF-8 by chance mostly do."""


class TextBytes:
    """Text in UTF-8, or JSON, whose strings are looked at in any escape form. Other bytes pass, or are refused, as a policy says."""

    __slots__ = ("_decoder", "_growing", "_refuses", "_sniffed", "_text", "_unread")

    def __init__(self, look: Look, *, json: bool, refuses: bool) -> None:
        """Begin. `refuses`: what is not text ends in PolicyBlocked."""
        finder = look.finder(Place.OTHER if json else Place.FILE)
        self._growing = GrowingJson(finder) if json else GrowingText(finder)
        self._decoder = _decoder()
        self._refuses = refuses
        self._text = ""
        """What is not final."""
        self._unread = False

    def feed(self, data: bytes) -> bytes:
        """Return what is final now. Raises PolicyBlocked."""
        return self._take(data, last=False)

    def end(self) -> bytes:
        """Return the rest. Raises PolicyBlocked."""
        return self._take(b"", last=True)

    def error(self, body: bytes) -> bytes:
        """Return the event of Claude's own streams."""
        return event("error", body)

    def _take(self, data: bytes, *, last: bool) -> bytes:
        if self._unread:
            return data
        held = self._decoder.getstate()[0]
        end = data.find(NO_TEXT)
        try:
            text = self._decoder.decode(data if end < 0 else data[:end], final=last or end >= 0)
        except UnicodeDecodeError as error:
            return self._not_text(held + data, error.start)
        return self._grown(text, last=last) if end < 0 else self._grown(text, last=True) + self._not_text(data[end:], 0)

    def _not_text(self, data: bytes, end: int) -> bytes:
        """Let pass what is no text from that byte on; what stands before it was text."""
        if self._refuses:
            raise PolicyBlocked(UNSEEN)
        self._unread = True
        return self._grown(data[:end].decode(), last=True) + data[end:]

    def _grown(self, text: str, *, last: bool) -> bytes:
        begin = self._growing.size - len(self._text)
        self._text += text
        return self._released(self._growing.add(text, last=last), begin)

    def _released(self, changes: Sequence[Change], begin: int) -> bytes:
        final = self._growing.final - begin
        passing, self._text = self._text[:final], self._text[final:]
        return (rewritten(passing, changes, begin) if changes else passing).encode()


class AnyBytes:
    """An answer of which nothing is known before its first bytes: events, JSON, text, or something else."""

    __slots__ = ("_begun", "_look", "_refuses", "_stream")

    def __init__(self, look: Look, *, refuses: bool) -> None:
        """Begin. `refuses`: what is not text ends in PolicyBlocked."""
        self._look = look
        self._refuses = refuses
        self._begun = b""
        self._stream: StreamEdit | None = None

    def feed(self, data: bytes) -> bytes:
        """Return what may go on now. Raises PolicyBlocked, or UpstreamRubbish."""
        if self._stream is not None:
            return self._stream.feed(data)
        self._begun += data
        return self._begin() if len(self._begun.lstrip()) >= FIRST_BYTES else b""

    def end(self) -> bytes:
        """Return the rest. Raises the same."""
        begun = self._begin() if self._stream is None else b""
        assert self._stream is not None  # noqa: S101  (it has begun)
        return begun + self._stream.end()

    def error(self, body: bytes) -> bytes:
        """Return the event of Claude's own streams."""
        return event("error", body)

    def _begin(self) -> bytes:
        begun, self._begun = self._begun, b""
        first = begun.lstrip()
        if EVENTS.match(first) and not first.startswith(b"data:"):
            self._stream = message_events(self._look)
        elif first.startswith(b"data:"):
            self._stream = chat_events(self._look)
        else:
            self._stream = TextBytes(self._look, json=BEGINS_JSON.match(first) is not None, refuses=self._refuses)
        return self._stream.feed(begun)
