"""Rules about a stream: each takes the events of one and returns what is wrong with them, or nothing."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from yumen.lab.check.shapes import STOP_REASONS, is_count, kind_of, members, usage
from yumen.lab.check.values import flaw

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from yumen.lab.check.values import Event, Remark

ANYWHERE = frozenset({"ping", "error"})
KNOWN = frozenset(
    {"message_start", "content_block_start", "content_block_delta", "content_block_stop", "message_delta", "message_stop", *ANYWHERE}
)
BEGINNING: Mapping[str, type] = {"id": str, "type": str, "role": str, "model": str, "content": list, "usage": dict}
DELTAS: Mapping[str, Mapping[str, str]] = {
    "text": {"text_delta": "text", "citations_delta": "citation"},
    "thinking": {"thinking_delta": "thinking", "signature_delta": "signature"},
    "tool_use": {"input_json_delta": "partial_json"},
    "server_tool_use": {"input_json_delta": "partial_json"},
}
"""Which pieces a block is made of, and the member that holds them; blocks of other kinds are not looked into."""


def naming(events: Sequence[Event]) -> Remark | None:
    """Each event has a name, which its data repeats: the SDK drops events without one."""
    for place, event in enumerate(events):
        if not event.name:
            return flaw("event {place} has no name, and the SDKs drop it: {data}", place=place, data=short(event))
        if not isinstance(event.data, dict):
            return flaw("the data of event {place} is no object: {data}", place=place, data=short(event))
        if event.object.get("type") != event.name:
            return flaw(
                "event {place} is called {name} and its data {type}", place=place, name=event.name, type=repr(event.object.get("type"))
            )
    return None


def order(events: Sequence[Event]) -> Remark | None:
    """`message_start`, then block after block, then `message_delta`, then `message_stop`, and nothing behind it."""
    names = [event.name for event in events if event.name in KNOWN - ANYWHERE]
    if not names or names[0] != "message_start" or names.count("message_start") != 1:
        return flaw("the stream does not begin with one {name}", name="message_start")
    if events[-1].name != "message_stop" or names.count("message_stop") != 1:
        return flaw("the stream does not end with one {name}", name="message_stop")
    if "message_delta" not in names:
        return flaw("the stream has no {name}", name="message_delta")
    last_block = max((place for place, name in enumerate(names) if name.startswith("content_block")), default=0)
    if names.index("message_delta") < last_block:
        return flaw("a block comes after {name}", name="message_delta")
    return None


def blocks(events: Sequence[Event]) -> Remark | None:
    """Blocks are numbered from 0, one open at a time, each opened once and closed once."""
    current: int | None = None
    following = 0
    for event in events:
        index = event.object.get("index")
        if event.name == "content_block_start":
            if current is not None or index != following:
                return flaw("block {index} begins where {following} should, or inside another", index=repr(index), following=following)
            current, following = following, following + 1
        elif event.name in ("content_block_delta", "content_block_stop"):
            if current is None or index != current:
                return flaw("{name} of block {index}, which is not open", name=event.name, index=repr(index))
            current = None if event.name == "content_block_stop" else current
    if current is not None:
        return flaw("block {index} is never closed", index=current)
    return None if following else flaw("the stream has no block")


def deltas(events: Sequence[Event]) -> Remark | None:
    """The pieces of a block are of its kind, and hold text."""
    kind = ""
    for event in events:
        if event.name == "content_block_start":
            kind = str(part(event, "content_block").get("type", ""))
        if event.name != "content_block_delta" or kind not in DELTAS:
            continue
        delta = part(event, "delta")
        member = DELTAS[kind].get(str(delta.get("type")))
        if member is None:
            return flaw("a block of the kind {kind} has a piece of the kind {delta}", kind=kind, delta=repr(delta.get("type")))
        if member != "citation" and not isinstance(delta.get(member), str):
            return flaw("{place} is {found}, not {wanted}", place=f"delta.{member}", found=kind_of(delta.get(member)), wanted="a string")
    return None


def beginning(events: Sequence[Event]) -> Remark | None:
    """`message_start` holds a message without content, without a stop reason, and with its input counted."""
    start = next((part(event, "message") for event in events if event.name == "message_start"), {})
    wrong = members(start, BEGINNING, "message") or usage(start.get("usage"), "message.usage")
    if wrong:
        return wrong
    if start["content"]:
        return flaw("{place} is not empty at the beginning", place="message.content")
    if start.get("stop_reason", "") is not None:
        return flaw("{place} is not null at the beginning", place="message.stop_reason")
    return None


def ending(events: Sequence[Event]) -> Remark | None:
    """`message_delta` says why the answer ended."""
    reason = next((part(event, "delta").get("stop_reason") for event in reversed(events) if event.name == "message_delta"), None)
    if reason in STOP_REASONS:
        return None
    return flaw("{place} is {found}, which is none of Claude's", place="message_delta.delta.stop_reason", found=repr(reason))


def counting(events: Sequence[Event]) -> Remark | None:
    """`message_delta` counts the output so far: it never falls, and is not zero where there were words."""
    said = [part(event, "usage").get("output_tokens") for event in events if event.name == "message_delta"]
    counts = [count for count in said if isinstance(count, int) and is_count(count)]
    if not said or counts != said:
        return flaw("{place} is {found}, which is no count", place="message_delta.usage.output_tokens", found=repr(said))
    if counts != sorted(counts):
        return flaw("{place} falls, though it is cumulative", place="message_delta.usage.output_tokens")
    if not counts[-1] and (text_of(events) or input_of(events)):
        return flaw("{place} is 0 after an answer", place="message_delta.usage.output_tokens")
    return None


def pings(events: Sequence[Event]) -> Remark | None:
    """A ping says no more than that it is one."""
    for event in events:
        if event.name == "ping" and event.data != {"type": "ping"}:
            return flaw("a ping holds {data}", data=short(event))
    return None


def tool_input(events: Sequence[Event]) -> Remark | None:
    """The pieces of a tool's input make one JSON object; without pieces it is an empty one."""
    text = input_of(events)
    try:
        found = json.loads(text or "{}")
    except ValueError:
        return flaw("the pieces of the tool's input make no JSON: {text}", text=text[:200])
    return None if isinstance(found, dict) else flaw("the tool's input is {found}, not {wanted}", found=kind_of(found), wanted="an object")


def text_of(events: Sequence[Event]) -> str:
    """Return the words of a stream."""
    return "".join(str(part(event, "delta").get("text", "")) for event in events if event.name == "content_block_delta")


def input_of(events: Sequence[Event]) -> str:
    """Return the text of all tool inputs of a stream."""
    return "".join(str(part(event, "delta").get("partial_json", "")) for event in events if event.name == "content_block_delta")


def part(event: Event, name: str) -> dict[str, object]:
    """Return an object inside an event's data, an empty one where there is none."""
    found = event.object.get(name)
    return found if isinstance(found, dict) else {}


def short(event: Event) -> str:
    """Return an event's data, cut for a sentence."""
    return str(event.data)[:120]
