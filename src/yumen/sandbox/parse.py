"""From a checked request body to an `Ask`."""

from __future__ import annotations

from hashlib import sha256

import msgspec

from yumen.sandbox.ask import Ask, Block, Thinking, Tool, ToolChoice, Turn
from yumen.sandbox.reading import mapping, number, sequence, string, strings, whole
from yumen.sandbox.wording import Sampling

IMAGE_TOKENS = 1600
"""A flat rate: Claude counts about one token for 750 pixels, and 1.15 megapixels for a picture of the usual size."""
DOCUMENT_TOKENS = 2000
"""A flat rate for a document that is not plain text."""

_IGNORED = frozenset({"stream", "metadata", "thread", "max_tokens"})
"""Fields that do not change what the answer is, but how it comes, and how much of it."""

TAG = b"</tail>"
"""What stands in the words of somebody who asks for the rest of an answer (`resuming.py`)."""


def canonical(value: object) -> bytes:
    """Return JSON with sorted keys: equal values give equal bytes."""
    return msgspec.json.encode(value, order="sorted")


def fingerprint(body: dict[str, object]) -> bytes:
    """Return a hash that is equal for equal requests, streamed or not."""
    return sha256(canonical({key: value for key, value in body.items() if key not in _IGNORED})).digest()


def begun_as(body: dict[str, object]) -> bytes:
    """Return the fingerprint of the request whose cut answer this one may go on with; empty: it can be none."""
    messages = [mapping(message) for message in sequence(body.get("messages"))]
    roles = [message.get("role") for message in messages[-2:]]
    if roles[-1:] == ["assistant"]:
        return fingerprint(body | {"messages": messages[:-1]})
    # Most turns ask something new: a whole conversation is hashed once more only where its last words ask for the rest.
    asks_for_rest = roles[:1] == ["assistant"] and TAG in canonical(messages[-1])
    return fingerprint(body | {"messages": messages[:-2]}) if asks_for_rest else b""


def parse_ask(body: dict[str, object], identity: bytes | None = None) -> Ask:
    """Read a Messages body; what is missing or odd takes its default, as a lenient server must. `identity`: its fingerprint, if known."""
    output = mapping(body.get("output_config"))
    form = mapping(output.get("format"))
    turns = tuple(_merged(sequence(body.get("messages"))))
    return Ask(
        model=string(body.get("model")),
        max_tokens=whole(body.get("max_tokens")) or 0,
        turns=_with_automatic_mark(turns, body.get("cache_control")),
        system=_blocks(body.get("system")),
        tools=tuple(_tool(mapping(item)) for item in sequence(body.get("tools"))),
        choice=_choice(mapping(body.get("tool_choice"))),
        thinking=_thinking(mapping(body.get("thinking"))),
        stop_sequences=tuple(stop for stop in strings(body.get("stop_sequences")) if stop),
        stream=body.get("stream") is True,
        sampling=_sampling(body),
        format_schema=mapping(form.get("schema")) if form.get("type") == "json_schema" else None,
        speed=string(body.get("speed")) or None,
        fingerprint=identity or fingerprint(body),
        begun_as=begun_as(body),
    )


def _merged(messages: list[object]) -> list[Turn]:
    """Consecutive messages of one role become one turn, as at Claude."""
    turns: list[Turn] = []
    for message in map(mapping, messages):
        turn = Turn(string(message.get("role")), _blocks(message.get("content")))
        if turns and turns[-1].role == turn.role:
            turn = Turn(turn.role, turns.pop().blocks + turn.blocks)
        turns.append(turn)
    return turns


def _with_automatic_mark(turns: tuple[Turn, ...], mark: object) -> tuple[Turn, ...]:
    """A `cache_control` of the whole request marks the last block."""
    if not isinstance(mark, dict) or not turns or not turns[-1].blocks:
        return turns
    *before, last = turns[-1].blocks
    marked = msgspec.structs.replace(last, cache_ttl=last.cache_ttl or _ttl(mark))
    return (*turns[:-1], Turn(turns[-1].role, (*before, marked)))


def _blocks(content: object) -> tuple[Block, ...]:
    if isinstance(content, str):
        return (_block({"type": "text", "text": content}),) if content else ()
    return tuple(_block(mapping(item)) for item in sequence(content))


def _block(raw: dict[str, object]) -> Block:
    kind = string(raw.get("type"))
    mark = raw.get("cache_control")
    return Block(
        kind=kind,
        text=_words(kind, raw),
        flat_tokens=_flat_tokens(kind, raw),
        name=string(raw.get("name")),
        id=string(raw.get("tool_use_id") if kind == "tool_result" else raw.get("id")),
        cache_ttl=_ttl(mark) if isinstance(mark, dict) else None,
        digest=sha256(canonical({key: value for key, value in raw.items() if key != "cache_control"})).digest(),
    )


def _ttl(mark: dict[str, object]) -> str:
    return string(mark.get("ttl"), "5m")


def _words(kind: str, raw: dict[str, object]) -> str:
    if kind in ("text", "thinking"):
        return string(raw.get(kind))
    if kind == "tool_result":
        return "\n".join(block.text for block in _blocks(raw.get("content")))
    if kind == "document":
        source = mapping(raw.get("source"))
        return string(source.get("data")) if source.get("type") == "text" else "\n".join(b.text for b in _blocks(source.get("content")))
    if kind in ("tool_use", "server_tool_use"):
        return string(raw.get("name")) + canonical(raw.get("input")).decode()
    return "" if kind == "image" else canonical(raw).decode()


def _flat_tokens(kind: str, raw: dict[str, object]) -> int:
    if kind == "image":
        return IMAGE_TOKENS
    if kind == "document":
        source = mapping(raw.get("source"))
        nested = sum(block.flat_tokens for block in _blocks(source.get("content")))
        return nested if source.get("type") in ("text", "content") else DOCUMENT_TOKENS
    if kind == "tool_result":
        return sum(block.flat_tokens for block in _blocks(raw.get("content")))
    return 0


def _tool(raw: dict[str, object]) -> Tool:
    kind = string(raw.get("type"), "custom")
    definition = {key: value for key, value in raw.items() if key != "cache_control"}
    encoded = canonical(definition)
    mark = raw.get("cache_control")
    block = Block("tool", encoded.decode(), cache_ttl=_ttl(mark) if isinstance(mark, dict) else None, digest=sha256(encoded).digest())
    return Tool(string(raw.get("name")), kind, mapping(raw.get("input_schema")), block)


def _choice(raw: dict[str, object]) -> ToolChoice:
    kind = string(raw.get("type"), "auto")
    return ToolChoice(kind, string(raw.get("name")), parallel=raw.get("disable_parallel_tool_use") is not True)


def _thinking(raw: dict[str, object]) -> Thinking:
    display = raw.get("display")
    return Thinking(
        string(raw.get("type"), "disabled"), whole(raw.get("budget_tokens")) or 0, display if isinstance(display, str) else None
    )


def _sampling(body: dict[str, object]) -> Sampling:
    temperature = number(body.get("temperature"))
    top_p = number(body.get("top_p"))
    return Sampling(
        1.0 if temperature is None else temperature,
        1.0 if top_p is None else top_p,
        whole(body.get("top_k")) or 0,
    )
