"""Message threads: a conversation that is kept here between its turns, so that each request brings only what is new."""

from __future__ import annotations

from collections import OrderedDict

import msgspec

from yumen.sandbox.answer import Refusal, invalid
from yumen.sandbox.reading import mapping, sequence, string

MAX_BYTES = 64 * 1024 * 1024
"""What all threads hold together; the least recently continued goes first."""
_OF_THE_THREAD = ("system", "tools")
"""Fields that a thread is created with and keeps."""


class _Thread(msgspec.Struct, frozen=True):
    """A conversation up to and with an answer."""

    fields: dict[str, object]
    messages: tuple[object, ...]
    size_bytes: int


class Threads:
    """Threads by the id of their last answer, within a bound of bytes."""

    def __init__(self) -> None:
        """Begin without any."""
        self._threads: OrderedDict[str, _Thread] = OrderedDict()
        self._continued: OrderedDict[str, None] = OrderedDict()
        self._held_bytes = 0

    def resume(self, body: dict[str, object]) -> dict[str, object] | Refusal:
        """Return the body with the whole conversation in it; a request outside any thread stays as it is."""
        asked = mapping(body.get("thread"))
        if asked.get("type") != "continue":
            return body
        previous = string(asked.get("previous_message_id"))
        if previous in self._continued:
            return invalid(f"thread: {previous} was already continued", "thread_already_continued")
        thread = self._threads.get(previous)
        if thread is None:
            message = f"thread: no thread was found for previous_message_id {previous}"
            return Refusal(404, "not_found_error", message, "thread_not_found")
        return thread.fields | body | {"messages": [*thread.messages, *sequence(body.get("messages"))]}

    def keep(self, body: dict[str, object], answer: dict[str, object]) -> None:
        """Keep the conversation of a whole body with its answer, where the request asked for a thread. A refusal is not kept."""
        asked = mapping(body.get("thread"))
        if asked.get("type") not in ("create", "continue") or answer["stop_reason"] == "refusal":
            return
        if asked.get("type") == "continue":
            self._end(string(asked.get("previous_message_id")))
        reply = [{"role": "assistant", "content": answer["content"]}] if answer["content"] else []
        messages = (*sequence(body.get("messages")), *reply)
        fields = {name: body[name] for name in _OF_THE_THREAD if name in body}
        size = len(msgspec.json.encode((messages, fields)))
        self._threads[string(answer["id"])] = _Thread(fields, messages, size)
        self._held_bytes += size
        while self._held_bytes > MAX_BYTES:
            self._drop(next(iter(self._threads)))

    def clear(self) -> None:
        """Forget everything."""
        self._threads.clear()
        self._continued.clear()
        self._held_bytes = 0

    def _end(self, identity: str) -> None:
        """A thread goes on under its newest answer's id; the older one can be told from an unknown one for a while."""
        self._drop(identity)
        self._continued[identity] = None
        if len(self._continued) > 10_000:  # noqa: PLR2004  (a bound; each is an id)
            self._continued.popitem(last=False)

    def _drop(self, identity: str) -> None:
        thread = self._threads.pop(identity, None)
        if thread is not None:
            self._held_bytes -= thread.size_bytes
