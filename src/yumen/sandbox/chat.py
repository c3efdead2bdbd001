"""`POST /v1/chat/completions`, which Claude serves too: the conversation in that shape, answered in that shape, plain and streamed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from yumen.sandbox.answer import Call as ToolCall
from yumen.sandbox.answer import Refusal
from yumen.sandbox.checks import check, read_json
from yumen.sandbox.delivery import stream_headers
from yumen.sandbox.parse import parse_ask
from yumen.sandbox.pieces import text_pieces
from yumen.sandbox.reading import mapping, sequence, string, strings, whole
from yumen.sandbox.reply_headers import JSON
from yumen.sandbox.setting import SAMPLING_VERSION, Setting
from yumen.sandbox.stream import Piece

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from yumen.sandbox.author import Author, Written
    from yumen.sandbox.call import Call
    from yumen.sandbox.delivery import Courier

MAX_BODY_BYTES = 32 * 1024 * 1024
DEFAULT_MAX_TOKENS = 4096
_FINISH: Mapping[str, str] = {"max_tokens": "length", "model_context_window_exceeded": "length", "tool_use": "tool_calls"}


class Chat:
    """The chat completions that Claude's compatibility layer answers."""

    def __init__(self, author: Author, courier: Courier) -> None:
        """Answer by an author and a courier."""
        self._author = author
        self._courier = courier

    async def create(self, call: Call) -> None:
        """Answer a conversation."""
        chat = read_json(await call.request.read(MAX_BODY_BYTES))
        if isinstance(chat, Refusal):
            call.refuse(chat)
            return
        body = messages_body(chat)
        # The layer takes sampling parameters whatever the version, and unknown fields.
        refusal = check(body, Setting(SAMPLING_VERSION))
        written = refusal or self._author.answer(parse_ask(body), call.wishes)
        if isinstance(written, Refusal):
            call.refuse(written)
            return
        way = self._courier.way(written.trouble)
        form = ChatForm(call.clock.new_id("chatcmpl_01"), string(chat.get("model")), call.clock.now_us() // 1_000_000)
        if chat.get("stream") is True:
            with_usage = mapping(chat.get("stream_options")).get("include_usage") is True
            await self._courier.stream(call, stream_headers(call), form.events(written, with_usage=with_usage), way)
        else:
            encoded = msgspec.json.encode(form.whole(written))
            await self._courier.deliver(call, call.headers(JSON), encoded, way, written.answer.output_tokens)


def messages_body(chat: dict[str, object]) -> dict[str, object]:
    """Translate a chat body to a Messages body: system turns go to the top, functions become tools."""
    turns = [mapping(message) for message in sequence(chat.get("messages"))]
    system = [_plain(turn.get("content")) for turn in turns if turn.get("role") in ("system", "developer")]
    stop = chat.get("stop")
    body: dict[str, object] = {
        "model": chat.get("model"),
        "max_tokens": whole(chat.get("max_completion_tokens")) or whole(chat.get("max_tokens")) or DEFAULT_MAX_TOKENS,
        "messages": [_turn(turn) for turn in turns if turn.get("role") not in ("system", "developer")],
        "stop_sequences": [stop] if isinstance(stop, str) else list(strings(stop)),
    }
    if any(system):
        body["system"] = "\n".join(system)
    if tools := [_tool(mapping(mapping(tool).get("function"))) for tool in sequence(chat.get("tools"))]:
        body |= {"tools": tools, "tool_choice": _choice(chat.get("tool_choice"))}
    return body


def _plain(content: object) -> str:
    if isinstance(content, str):
        return content
    return "\n".join(string(mapping(part).get("text")) for part in sequence(content) if mapping(part).get("type") == "text")


def _turn(turn: dict[str, object]) -> dict[str, object]:
    if turn.get("role") == "tool":
        result = {"type": "tool_result", "tool_use_id": turn.get("tool_call_id"), "content": _plain(turn.get("content"))}
        return {"role": "user", "content": [result]}
    blocks: list[object] = []
    if text := _plain(turn.get("content")):
        blocks.append({"type": "text", "text": text})
    for asked in map(mapping, sequence(turn.get("tool_calls"))):
        function = mapping(asked.get("function"))
        given = read_json(string(function.get("arguments"), "{}").encode())
        arguments: object = {} if isinstance(given, Refusal) else given
        blocks.append({"type": "tool_use", "id": asked.get("id"), "name": function.get("name"), "input": arguments})
    return {"role": turn.get("role"), "content": blocks}


def _tool(function: dict[str, object]) -> dict[str, object]:
    schema = mapping(function.get("parameters")) or {"type": "object"}
    return {"name": function.get("name"), "description": string(function.get("description")), "input_schema": {"type": "object"} | schema}


def _choice(choice: object) -> dict[str, object]:
    if isinstance(choice, dict):
        return {"type": "tool", "name": mapping(choice.get("function")).get("name")}
    return {"type": {"required": "any", "none": "none"}.get(string(choice), "auto")}


class ChatForm(msgspec.Struct, frozen=True):
    """The form of one chat completion."""

    id: str
    model: str
    created_s: int

    def whole(self, written: Written) -> dict[str, object]:
        """Return a plain answer."""
        answer = written.answer
        message: dict[str, object] = {"role": "assistant", "content": answer.text or None, "refusal": None}
        if calls := self._calls(written):
            message["tool_calls"] = calls
        choice = {"index": 0, "message": message, "logprobs": None, "finish_reason": finish_reason(written)}
        return self._frame("chat.completion") | {"choices": [choice], "usage": chat_usage(written), "system_fingerprint": None}

    def events(self, written: Written, *, with_usage: bool) -> Iterator[Piece]:
        """Yield a stream: unnamed events, and `[DONE]`."""
        yield self._chunk({"role": "assistant", "content": ""})
        for piece in text_pieces(written.answer.text, written.draw.child("block", 0)):
            yield self._chunk({"content": piece})
        for place, asked in enumerate(self._calls(written)):
            yield self._chunk({"tool_calls": [{"index": place} | asked]})
        yield self._chunk({}, finish=finish_reason(written))
        if with_usage:
            yield _data(self._frame("chat.completion.chunk") | {"choices": [], "usage": chat_usage(written)})
        yield Piece(b"data: [DONE]\n\n")

    def _chunk(self, delta: dict[str, object], *, finish: str | None = None) -> Piece:
        choice = {"index": 0, "delta": delta, "logprobs": None, "finish_reason": finish}
        return _data(self._frame("chat.completion.chunk") | {"choices": [choice]}, delta=finish is None)

    def _frame(self, kind: str) -> dict[str, object]:
        return {"id": self.id, "object": kind, "created": self.created_s, "model": self.model}

    def _calls(self, written: Written) -> list[dict[str, object]]:
        calls = [part for part in written.answer.parts if isinstance(part, ToolCall)]
        return [{"id": each.id, "type": "function", "function": {"name": each.name, "arguments": each.arguments}} for each in calls]


def _data(body: dict[str, object], *, delta: bool = False) -> Piece:
    return Piece(b"data: " + msgspec.json.encode(body) + b"\n\n", delta)


def finish_reason(written: Written) -> str:
    """Return why the answer ended, in that shape's words."""
    return _FINISH.get(written.answer.stop_reason, "stop")


def chat_usage(written: Written) -> dict[str, object]:
    """Return the usage in that shape."""
    prompt = written.usage.total_tokens
    output = written.answer.output_tokens
    return {"prompt_tokens": prompt, "completion_tokens": output, "total_tokens": prompt + output}
