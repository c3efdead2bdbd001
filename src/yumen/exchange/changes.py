"""Everything that lies on the way of one answer: screening, those who hear it, the caller's own values put back, the caller's dialect."""

from __future__ import annotations

from typing import TYPE_CHECKING

from yumen.exchange.edits import Chained, HeardStream
from yumen.exchange.passages import Events, Flow, Live, Overheard, Plain, Whole

if TYPE_CHECKING:
    from yumen.claude import Tap
    from yumen.exchange.edits import StreamEdit
    from yumen.exchange.exchange import Exchange
    from yumen.exchange.passages import Passage

FIRST_ERROR_STATUS = 400


class Changes:
    """What is done to one answer, in this order: screen, hear, restore, edit."""

    __slots__ = ("_edit", "_flows", "_hears", "_restore", "_screen", "_status", "_streams", "any")

    def __init__(self, exchange: Exchange, status: int, *, streams: bool) -> None:
        """Ask everybody who has to do with it."""
        screening = exchange.screening
        self._screen = None if screening is None else screening.screen
        self._restore = None if screening is None else screening.restore
        self._edit = exchange.edit
        heard = [each.listen(status, stream=streams) for each in exchange.listeners]
        self._hears = [hear for hear in heard if hear is not None]
        self._status = status
        self._streams = streams
        self._flows = status < FIRST_ERROR_STATUS and (streams or exchange.endpoint.flows)
        self.any = self._screen is not None or self._restore is not None or self._edit is not None
        """Whether the answer is changed: then its length is not known before its end."""

    def passage(self, tap: Tap | None, *, readable: bool) -> Passage:
        """Return the way of the bytes. What must be changed and is not `readable` is not asked for here."""
        if self._streams and tap is not None and readable:
            return Events(tap, self._stream())
        if self.any:
            flow = self._stream() if self._flows else None  # an error is JSON, whatever was asked for
            return Whole(tap) if flow is None else Flow(tap, flow)
        passage: Passage = Live(tap) if self._streams else Plain(tap)
        for hear in self._hears:
            passage = Overheard(passage, hear)
        return passage

    async def whole(self, body: bytes) -> bytes:
        """Return the changed body of a plain answer."""
        if self._screen is not None:
            body = await self._screen.whole(self._status, body)
        for hear in self._hears:
            hear(body)
        for edit in (self._restore, self._edit):
            if edit is not None:
                body = await edit.whole(self._status, body)
        return body

    def _stream(self) -> StreamEdit | None:
        screen = None if self._screen is None else self._screen.stream()
        after = [edit.stream() for edit in (self._restore, self._edit) if edit is not None]
        steps = [screen, *map(HeardStream, self._hears), *after]
        chain = [step for step in steps if step is not None]
        return Chained(chain) if len(chain) > 1 else next(iter(chain), None)
