"""A stream of chat completion chunks, changed as it flows: each choice's text, and the arguments of each of its tool calls."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from yumen.claude.sse import event
from yumen.claude.uncut import RawEvents, Read
from yumen.errors import Fault
from yumen.policy.answer_json import changed_answer, growing
from yumen.policy.growing import GrowingText
from yumen.policy.growing_json import GrowingJson
from yumen.policy.held import Channel, Queue, Waiting
from yumen.policy.message_stream import UNREADABLE, read_json
from yumen.policy.values import Place

if TYPE_CHECKING:
    from collections.abc import Iterator

    from yumen.policy.answer_json import Path
    from yumen.policy.looks import Look

DONE = b"[DONE]"

Key = tuple[str | int, ...]


class ChatEvents:
    """Changes one stream. A chunk goes on when all of its texts are final; one that needs no change, as the bytes that came."""

    __slots__ = ("_channels", "_events", "_look", "_over", "_queue")

    def __init__(self, look: Look) -> None:
        """Begin a stream that is looked at so."""
        self._look = look
        self._events = RawEvents()
        self._queue = Queue()
        self._channels: dict[Key, Channel] = {}
        self._over = False

    def feed(self, data: bytes) -> bytes:
        """Return the chunks that may go on now. Raises PolicyBlocked, or UpstreamRubbish for what cannot be looked at."""
        return b"".join([self._take(raw) for raw in self._events.feed(data)])

    def end(self) -> bytes:
        """Return what was left of a stream that has ended, unless something in it may not go on."""
        return self._take(self._events.rest()) + self._finished()

    def error(self, body: bytes) -> bytes:
        """Return the event that ends a stream which cannot go on."""
        return event("error", body)

    def _take(self, raw: bytes) -> bytes:
        try:
            return self._looked_at(raw)
        except Fault:
            if self._over:
                return b""
            raise

    def _looked_at(self, raw: bytes) -> bytes:
        read = Read(raw)
        if not read.data:
            return raw if not raw.strip() or self._clean(raw) else b""
        if not read.plain and not self._clean(raw):
            raw = read.with_data(read.data)
        each = Waiting(raw, read, read.data)
        if read.data == DONE:
            last = self._finished()
            self._over = True
            return last + raw
        try:
            said = read_json(read.data)
        except UNREADABLE:
            self._look.unreadable()
            return raw
        choices = said.get("choices") if isinstance(said, dict) else None
        if isinstance(choices, list):
            self._chunk(each, choices)
        else:
            each.data = changed_answer(each.data, self._look)
        self._queue.put(each)
        return self._queue.released()

    def _chunk(self, each: Waiting, choices: list[Any]) -> None:
        """Let texts grow by a chunk; where a choice is finished, so are its texts."""
        parts = []
        for at, choice in enumerate(choices):
            if not isinstance(choice, dict):
                continue
            delta = choice.get("delta")
            number = _number(choice, at)
            if isinstance(delta, dict):
                for key, text, path in _grown(delta, ("choices", at, "delta")):
                    parts.append(self._channel((number, *key)).add(text, path))
            if choice.get("finish_reason") is not None:
                self._finish(number)
        each.parts = parts
        each.data = changed_answer(each.data, self._look, grown=frozenset(part.path for part in parts))

    def _channel(self, key: Key) -> Channel:
        channel = self._channels.get(key)
        if channel is None:
            tool = key[-1] == "arguments"
            finder = self._look.finder(Place.TOOL_INPUT if tool else Place.MESSAGES)
            channel = self._channels[key] = Channel(GrowingJson(finder) if tool else GrowingText(finder))
        return channel

    def _finish(self, choice: object) -> None:
        for key in [key for key in self._channels if key[0] == choice]:
            self._channels.pop(key).end()

    def _finished(self) -> bytes:
        for channel in self._channels.values():
            channel.end()
        self._channels.clear()
        return self._queue.released()

    def _clean(self, raw: bytes) -> bool:
        """Tell whether nothing is to be changed in an event as it stands, for what is in it beside its data."""
        return not self._look.finder(Place.OTHER).find(raw.decode("utf-8", "replace"), 0, last=True).changes


def _number(said: dict[str, Any], at: int) -> int:
    """Return which choice or call it is that stands at a place."""
    number = said.get("index", at)
    return number if isinstance(number, int) else at


def _grown(delta: dict[str, Any], path: Path) -> Iterator[tuple[Key, str, Path]]:
    """Yield the strings of a delta that go on what came before: which text, what it grows by, and where that stands."""
    for name, text, _ in growing(delta, ""):
        yield (name,), text, (*path, name)
    calls = delta.get("tool_calls")
    for at, call in enumerate(calls if isinstance(calls, list) else ()):
        function = call.get("function") if isinstance(call, dict) else None
        arguments = function.get("arguments") if isinstance(function, dict) else None
        if isinstance(arguments, str):
            yield (_number(call, at), "arguments"), arguments, (*path, "tool_calls", at, "function", "arguments")
    function = delta.get("function_call")
    if isinstance(function, dict) and isinstance(function.get("arguments"), str):
        yield ("call", "arguments"), function["arguments"], (*path, "function_call", "arguments")
