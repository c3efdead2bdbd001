"""The plan by which an answer that was cut off becomes whole."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from yumen.claude import estimate_text
from yumen.client.call import has_form, room_for, takes_prefill, text_of
from yumen.client.seams import going_on, joined, tail_of

if TYPE_CHECKING:
    from collections.abc import Generator

    from anthropic.types import Message

    from yumen.client.call import Call, Reply

REPEATED = 2
"""An estimate may be too low by half."""
ROUNDS = 16
"""How often an answer is gone on with at most; whoever wants a longer one says so."""


def continuing(call: Call, first: Reply, rounds: int = ROUNDS) -> Generator[Call, Reply, tuple[list[Reply], str]]:
    """Plan to make an answer whole: yield calls, be sent what came of each, return all replies and the whole text.

    Ends where the model has said all, where a piece adds nothing, or after the rounds. An answer that has no words yet (all went into
    thinking), or that must follow a schema, is asked for anew with twice the room: there is nothing to go on with.
    """
    replies = [first]
    whole = text_of(first.message)
    for _ in range(rounds):
        message = replies[-1].message
        if message.stop_reason != "max_tokens":
            break
        if not whole.strip() or has_form(call):
            call = replace(call, max_tokens=room_for(call.model, 2 * call.max_tokens))
            replies.append((yield call))
            grown, whole = whole, text_of(replies[-1].message)
        else:
            prefill = takes_prefill(call)
            replies.append((yield next_call(call, whole, prefill=prefill)))
            grown, whole = whole, joined(whole, text_of(replies[-1].message), prefill=prefill)
        if whole.strip() and len(whole.rstrip()) <= len(grown.rstrip()):
            break
    return replies, whole


def next_call(call: Call, whole: str, *, prefill: bool) -> Call:
    """Return the call for the next piece; where the model first repeats the last one's end, with room for that too."""
    repeated = 0 if prefill else REPEATED * estimate_text(tail_of(whole), call.model)
    room = room_for(call.model, call.max_tokens + repeated)
    return replace(call, messages=going_on(call.messages, whole, prefill=prefill), max_tokens=room)


def with_text(message: Message, text: str) -> Message:
    """Return a message that says the whole text, in its first block of text; blocks of another kind stay."""
    texts = [block for block in message.content if block.type == "text"]
    if not texts or text_of(message) == text:
        return message
    whole = texts[0].model_copy(update={"text": text})
    content = [whole if block is texts[0] else block for block in message.content if block is texts[0] or block.type != "text"]
    return message.model_copy(update={"content": content})
