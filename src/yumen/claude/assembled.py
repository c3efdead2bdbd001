"""Puts the content of a streamed answer together from its events: the blocks as a plain answer would have had them. Pure."""

from __future__ import annotations

import msgspec

from yumen.claude.sse import EventCutter, event_data, event_name

MOST_BYTES = 32 * 1024 * 1024
"""A longer answer is not put together: it could not be sent back either."""
UNREADABLE = (ValueError, RecursionError)
"""What a decoder raises where the bytes are no JSON of the expected form, are not UTF-8, or nest too deeply."""
BLOCK_EVENTS = frozenset({b"content_block_start", b"content_block_delta", b"content_block_stop"})
GROWS = {"text_delta": "text", "thinking_delta": "thinking"}
"""Deltas whose text is put behind what the block's member of that name has already."""
TOO_LONG = "it is too long"
NO_FORM = "an event of it has a form that is not known here"


_ABSENT = msgspec.Raw(b"")


class _Delta(msgspec.Struct, gc=False):
    type: str = ""
    text: str = ""
    thinking: str = ""
    partial_json: str = ""
    signature: msgspec.Raw = _ABSENT
    citation: msgspec.Raw = _ABSENT
    content: msgspec.Raw = _ABSENT
    encrypted_content: msgspec.Raw = _ABSENT


class _Event(msgspec.Struct, gc=False):
    index: int
    content_block: msgspec.Raw = _ABSENT
    delta: _Delta | None = None


_event = msgspec.json.Decoder(_Event).decode
_fields = msgspec.json.Decoder(dict[str, msgspec.Raw]).decode
_raws = msgspec.json.Decoder(list[msgspec.Raw]).decode
_text = msgspec.json.Decoder(str).decode
_any = msgspec.json.Decoder(msgspec.Raw).decode


class _Block:
    """One block: the members that it began with, and what was added to them."""

    __slots__ = ("_citations", "_input", "_members", "_texts", "stopped")

    def __init__(self, begun: bytes) -> None:
        """Begin with the block of its `content_block_start`. Raises UNREADABLE where that is no object."""
        self._members = _fields(begun)
        self._texts: dict[str, list[str]] = {}
        self._citations: list[msgspec.Raw] = []
        self._input: list[str] = []
        self.stopped = False

    def add(self, delta: _Delta) -> None:
        """Take a delta. Raises ValueError where nobody here knows what it adds."""
        if delta.type in GROWS:
            name = GROWS[delta.type]
            self._texts.setdefault(name, []).append(delta.text or delta.thinking)
        elif delta.type == "input_json_delta":
            self._input.append(delta.partial_json)
        elif delta.type == "signature_delta" and bytes(delta.signature):
            self._members["signature"] = delta.signature.copy()
        elif delta.type == "citations_delta" and bytes(delta.citation):
            self._citations.append(delta.citation.copy())
        elif delta.type == "compaction_delta":
            said = {"content": delta.content, "encrypted_content": delta.encrypted_content}
            self._members |= {name: value.copy() for name, value in said.items() if bytes(value)}
        else:
            raise ValueError(NO_FORM)

    def json(self) -> bytes:
        """Return the block, its members in the order in which they came. Raises UNREADABLE where its parts make no whole."""
        members: dict[str, bytes | msgspec.Raw] = dict(self._members)
        for name, texts in self._texts.items():
            begun = _text(self._members[name]) if name in self._members else ""
            members[name] = msgspec.json.encode(begun + "".join(texts))
        if self._citations:
            begun_with = bytes(self._members.get("citations", _ABSENT))
            first = _raws(begun_with) if begun_with.startswith(b"[") else []
            members["citations"] = b"[" + b",".join([*first, *self._citations]) + b"]"
        if any(self._input):
            whole = "".join(self._input).encode()
            _any(whole)
            members["input"] = whole.strip()
        return b"{" + b",".join([msgspec.json.encode(name) + b":" + value for name, value in members.items()]) + b"}"


class Assembled:
    """The content of one stream, fed in any pieces."""

    __slots__ = ("_blocks", "_cutter", "_left_bytes", "trouble")

    def __init__(self, most_bytes: int = MOST_BYTES) -> None:
        """Begin at the start of a stream of that many bytes at most."""
        self._cutter = EventCutter(most_bytes)
        self._left_bytes = most_bytes
        self._blocks: dict[int, _Block] = {}
        self.trouble: str | None = None
        """Why the content cannot be put together; None: it can, so far."""

    def feed(self, data: bytes) -> None:
        """Take the next bytes of the stream."""
        if self.trouble is not None:
            return
        self._left_bytes -= len(data)
        if self._left_bytes < 0:
            self._give_up(TOO_LONG)
            return
        for each in self._cutter.feed(data):
            if event_name(each) in BLOCK_EVENTS:
                self._take(each)

    def content(self) -> bytes | None:
        """Return the blocks as a JSON array; None where they make no whole: `trouble` says why."""
        if self.trouble is not None:
            return None
        try:
            return b"[" + b",".join([self._blocks[index].json() for index in sorted(self._blocks)]) + b"]"
        except UNREADABLE:
            self._give_up("a tool's input in it is not whole")
            return None

    def _take(self, each: bytes) -> None:
        try:
            event = _event(event_data(each))
            begun = bytes(event.content_block)
            if begun:
                self._blocks[event.index] = _Block(begun)
            elif event.delta is not None:
                self._blocks[event.index].add(event.delta)
        except (*UNREADABLE, KeyError):
            self._give_up(NO_FORM)

    def _give_up(self, trouble: str) -> None:
        self.trouble = trouble
        self._blocks.clear()
