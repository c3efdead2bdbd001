"""A stream that is changed event by event: each is read, and cleared of what stands beside its data, before a taker has it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Protocol

import msgspec

from yumen.claude.sse import event
from yumen.claude.uncut import RawEvents, Read
from yumen.errors import Fault
from yumen.policy.held import Waiting
from yumen.policy.values import Place

if TYPE_CHECKING:
    from collections.abc import Callable

    from yumen.policy.looks import Look

UNREADABLE = (ValueError, RecursionError)
EVENT_TYPES = frozenset(
    {
        *("message_start", "content_block_start", "content_block_delta", "content_block_stop", "message_delta", "message_stop"),
        *("ping", "error"),
    }
)
"""Names that say nothing by themselves."""
_decode = msgspec.json.decode


class Taker(Protocol):
    """What the events of one stream are for."""

    over: bool
    """Whether the message has ended. From there on nothing raises: what may not go on is dropped."""
    last: bytes
    """Data that are no JSON, and say that nothing follows; nothing where there are none."""

    def skips(self, raw: bytes) -> bool:
        """Tell whether an event passes as it is, without a look."""

    def take(self, each: Waiting, said: Any) -> bytes:  # noqa: ANN401  (whatever JSON holds)
        """Return what may go on now, where an event says that; None for `last`. Raises PolicyBlocked, or UpstreamRubbish."""

    def finished(self) -> bytes:
        """Return what waits: nothing follows."""


class EachEvent:
    """Changes one stream."""

    __slots__ = ("_events", "_look", "_taker")

    def __init__(self, look: Look, taker: Taker) -> None:
        """Begin a stream that is looked at so, and whose events are taken so."""
        self._look = look
        self._events = RawEvents()
        self._taker = taker

    def feed(self, data: bytes) -> bytes:
        """Return the events that may go on now. Raises PolicyBlocked, or UpstreamRubbish for what cannot be looked at."""
        return b"".join([self._unless_over(self._looked_at, raw) for raw in self._events.feed(data)])

    def end(self) -> bytes:
        """Return what was left of a stream that has ended, unless something in it may not go on."""
        return self._unless_over(self._looked_at, self._events.rest()) + self._unless_over(self._taker.finished)

    def error(self, body: bytes) -> bytes:
        """Return the event of Claude's own streams. What was held back is not final, and stays back."""
        return event("error", body)

    def _unless_over(self, work: Callable[..., bytes], *raw: bytes) -> bytes:
        """Return what that returns; nothing where it raises behind the end."""
        try:
            return work(*raw)
        except Fault:
            if self._taker.over:
                return b""
            raise

    def _looked_at(self, raw: bytes) -> bytes:
        if self._taker.skips(raw):
            return raw
        read = Read(raw)
        if not read.data:
            return raw if not raw.strip() or self._clean(raw) else b""
        try:
            said = None if read.data == self._taker.last else read_json(read.data)
        except UNREADABLE:
            self._look.unreadable()
            return raw
        if not read.plain and not self._clean(raw):
            raw = read.with_data(read.data)
        if not self._named(read.name, said.get("type") if isinstance(said, dict) else None):
            return b""
        return self._taker.take(Waiting(raw, read, read.data), said)

    def _named(self, name: bytes, kind: object) -> bool:
        """Tell whether an event may be called so. One that nobody knows could say anything there."""
        if not name and kind is None:
            return True
        if isinstance(kind, str) and kind in EVENT_TYPES and name in (b"", kind.encode()):
            return True
        return self._clean(b"%b %b" % (name, str(kind).encode("utf-8", "replace")))

    def _clean(self, raw: bytes) -> bool:
        """Tell whether nothing is to be changed in an event as it stands, for what is in it beside its data."""
        text = raw.decode("utf-8", "replace")
        return not self._look.finder(Place.OTHER).find(text, 0, last=True).changes


def read_json(data: bytes) -> Any:  # noqa: ANN401  (whatever JSON holds)
    """Return what JSON says; half of a surrogate pair stays one. Raises UNREADABLE."""
    try:
        return _decode(data)
    except ValueError:
        return json.loads(data.decode(), parse_constant=_refuse)


def _refuse(constant: str) -> None:
    raise ValueError(constant)
