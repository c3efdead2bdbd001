"""A stream of a Message's events, changed as it flows: text, thinking, tool input, and whatever else somebody could read in it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from yumen.policy.answer_json import ENCRYPTED_BLOCK, changed_answer, growing
from yumen.policy.each_event import EachEvent
from yumen.policy.growing import GrowingText
from yumen.policy.growing_json import GrowingJson
from yumen.policy.held import Block, Channel, Queue
from yumen.policy.values import Place

if TYPE_CHECKING:
    from yumen.policy.held import Part, Waiting
    from yumen.policy.looks import Look

_ONE_TEXT = re.compile(
    rb'\{\s*"type":\s*"content_block_delta",\s*"index":\s*[0-9]+,\s*'
    rb'"delta":\s*\{\s*"type":\s*"[a-z_]+",\s*"(?:text|thinking|partial_json)":\s*"(?:[^"\\]+|\\.)*"\s*\}\s*\}\s*',
    re.DOTALL,
)
"""A delta in which nothing else stands than one text, once."""


def message_events(look: Look) -> EachEvent:
    """Return what changes one stream of a Message."""
    return EachEvent(look, MessageEvents(look))


class MessageEvents:
    """Changes one stream of a Message. An event goes on when its text is final, a ping at once; without a change, as the bytes that came.

    What is held back is shorter than the finder's reach, and the events in which it stands. Once `message_stop` has passed nothing
    raises: what may not go on there is dropped.
    """

    __slots__ = ("_blocks", "_look", "_queue", "over")
    last = b""

    def __init__(self, look: Look) -> None:
        """Begin a stream that is looked at so."""
        self._look = look
        self._queue = Queue()
        self._blocks: dict[int, Block] = {}
        self.over = False

    def skips(self, raw: bytes) -> bool:
        """As the protocol says: a text in which nothing can be found, where nothing waits."""
        if self._queue or self._queue.renumbers or not raw.startswith(b"event: content_block_delta"):
            return False
        return b"input_json_delta" not in raw and self._look.may_skip(raw)

    def take(self, each: Waiting, said: Any) -> bytes:  # noqa: ANN401  (whatever JSON holds)
        """As the protocol says."""
        return self._told(each, said if isinstance(said, dict) else {})

    def finished(self) -> bytes:
        """As the protocol says: no block goes on."""
        for block in self._blocks.values():
            self._close(block)
        self._blocks.clear()
        return self._queue.released()

    def _told(self, each: Waiting, said: dict[str, Any]) -> bytes:
        """Take an event by its type."""
        match said.get("type"):
            case "content_block_delta":
                self._delta(each, said)
            case "content_block_start":
                self._begin(each, said)
            case "content_block_stop":
                self._end_block(each, said)
            case "message_start" | "message_delta":
                self._plain(each, None)
            case "message_stop":
                last = self.finished()
                self.over = True
                return last + self._at_once(each)
            case "error":
                self._queue.clear()
                return self._at_once(each)
            case _ if "index" in said:
                self._plain(each, self._block(said))
            case _:
                return self._at_once(each)
        return self._queue.released()

    # ── blocks ──────────────────────────────────────────────────────────────

    def _begin(self, each: Waiting, said: dict[str, Any]) -> None:
        begun = said.get("content_block")
        kind = str(begun.get("type")) if isinstance(begun, dict) else ""
        if (before := self._blocks.get(_index(said))) is not None:
            self._close(before)
        block = self._blocks[_index(said)] = Block(_index(said), kind, waits=kind == "thinking" and self._look.drops_thinking)
        each.parts = self._grown(block, begun, "content_block")
        each.data = changed_answer(each.data, self._look, frozenset(part.path for part in each.parts))
        if kind == ENCRYPTED_BLOCK and self._look.drops_encrypted:
            self._queue.drop(block)
        self._put(each, block)

    def _delta(self, each: Waiting, said: dict[str, Any]) -> None:
        block = self._block(said)
        each.parts = self._grown(block, said.get("delta"), "delta")
        if not _ONE_TEXT.fullmatch(each.data):
            each.data = changed_answer(each.data, self._look, frozenset(part.path for part in each.parts))
        self._put(each, block)

    def _end_block(self, each: Waiting, said: dict[str, Any]) -> None:
        block = self._block(said)
        self._close(block)
        self._blocks.pop(block.index, None)
        self._plain(each, block)

    def _put(self, each: Waiting, block: Block) -> None:
        """Let an event of a block wait for its turn, unless the block is dropped, or is to be dropped now."""
        each.block = block
        if block.waits and (each.data is not each.read.data or any(channel.hit for channel in block.channels.values())):
            self._queue.drop(block)
        if not block.dropped:
            self._queue.put(each)

    def _grown(self, block: Block, said: Any, under: str) -> list[Part]:  # noqa: ANN401  (whatever the event has)
        """Let a block's texts grow by what an event says; return what that is."""
        if not isinstance(said, dict):
            return []
        found = growing(said, str(said.get("type")))
        return [self._channel(block, key, place).add(text, (under, key)) for key, text, place in found]

    def _channel(self, block: Block, key: str, place: Place) -> Channel:
        channel = block.channels.get(key)
        if channel is None:
            finder = self._look.finder(Place.THINKING if "thinking" in (block.type, key) else place)
            text = GrowingJson(finder) if place is Place.TOOL_INPUT else GrowingText(finder)
            channel = block.channels[key] = Channel(text)
        return channel

    def _close(self, block: Block) -> None:
        for channel in block.channels.values():
            channel.end()
        if block.waits and any(channel.hit for channel in block.channels.values()):
            self._queue.drop(block)
        block.waits = False

    def _block(self, said: dict[str, Any]) -> Block:
        index = _index(said)
        return self._blocks.setdefault(index, Block(index, ""))

    # ── the rest ────────────────────────────────────────────────────────────

    def _plain(self, each: Waiting, block: Block | None) -> None:
        """Let an event that grows nothing wait for its turn."""
        each.data = changed_answer(each.data, self._look)
        if block is None:
            self._queue.put(each)
        else:
            self._put(each, block)

    def _at_once(self, each: Waiting) -> bytes:
        each.data = changed_answer(each.data, self._look)
        return each.bytes_now(None)


def _index(said: dict[str, Any]) -> int:
    index = said.get("index")
    return index if isinstance(index, int) else 0
