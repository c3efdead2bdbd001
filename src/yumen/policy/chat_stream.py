"""A stream of chat completion chunks, changed as it flows: each choice's text, and the arguments of each of its tool calls."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from yumen.policy.answer_json import changed_answer, growing
from yumen.policy.each_event import EachEvent
from yumen.policy.growing import GrowingText
from yumen.policy.growing_json import GrowingJson
from yumen.policy.held import Channel, Queue
from yumen.policy.values import Place

if TYPE_CHECKING:
    from collections.abc import Iterator

    from yumen.policy.answer_json import Path
    from yumen.policy.held import Waiting
    from yumen.policy.looks import Look

DONE = b"[DONE]"

Key = tuple[str | int, ...]


def chat_events(look: Look) -> EachEvent:
    """Return what changes one stream of chunks."""
    return EachEvent(look, ChatEvents(look))


class ChatEvents:
    """Changes one stream of chunks. A chunk goes on when all of its texts are final; one that needs no change, as the bytes that came."""

    __slots__ = ("_channels", "_look", "_queue", "over")
    last = DONE

    def __init__(self, look: Look) -> None:
        """Begin a stream that is looked at so."""
        self._look = look
        self._queue = Queue()
        self._channels: dict[Key, Channel] = {}
        self.over = False

    def skips(self, raw: bytes) -> bool:  # noqa: ARG002  (the protocol's signature)
        """As the protocol says: none."""
        return False

    def take(self, each: Waiting, said: Any) -> bytes:  # noqa: ANN401  (whatever JSON holds)
        """As the protocol says."""
        if each.data == DONE:
            rest = self.finished()
            self.over = True
            return rest + each.raw
        choices = said.get("choices") if isinstance(said, dict) else None
        if isinstance(choices, list):
            self._chunk(each, choices)
        else:
            each.data = changed_answer(each.data, self._look)
        self._queue.put(each)
        return self._queue.released()

    def finished(self) -> bytes:
        """As the protocol says."""
        for channel in self._channels.values():
            channel.end()
        self._channels.clear()
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
