"""The head of the upstream's answer: what of it goes on to the caller, and what it says about the body."""

from __future__ import annotations

from typing import TYPE_CHECKING

from yumen.claude.headers import NOT_TO_CALLER, NOT_TO_CALLER_PREFIXES
from yumen.http import HOP_BY_HOP, connection_tokens

if TYPE_CHECKING:
    from yumen.http import Headers

DROPPED = HOP_BY_HOP | NOT_TO_CALLER
MAX_ID_CHARACTERS = 128


class AnswerHead:
    """One answer's head, looked at once."""

    __slots__ = ("compression", "is_event_stream", "length", "passing", "request_id")

    def __init__(self, received: Headers) -> None:
        """Look at the headers as they were received."""
        names = [name.lower() for name, _ in received]
        fields = dict(zip(names, [value for _, value in received], strict=True))
        dropped = DROPPED
        if b"connection" in fields:
            named = [value for name, (_, value) in zip(names, received, strict=True) if name == b"connection"]
            dropped = dropped.union(*map(connection_tokens, named))
        self.passing = [
            pair for name, pair in zip(names, received, strict=True) if name not in dropped and not name.startswith(NOT_TO_CALLER_PREFIXES)
        ]
        """The headers that go on, as received."""
        length = fields.get(b"content-length")
        self.length = None if length is None else int(length)
        encoding = fields.get(b"content-encoding", b"").lower()
        self.compression = b"" if encoding == b"identity" else encoding
        """How the body is compressed, empty where it is not."""
        self.is_event_stream = fields.get(b"content-type", b"").lower().startswith(b"text/event-stream")
        request_id = fields.get(b"request-id")
        self.request_id = None if request_id is None else request_id[:MAX_ID_CHARACTERS].decode("latin-1")
