"""A conversation's parts as they stand in its requests and answers: cut out, made fit to be sent again, and put in front. Pure.

Nothing is written anew: what is kept of the caller's and of Claude's bytes stays as it was, so that a prompt begins alike each time.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from yumen.claude.members import members, rewritten
from yumen.errors import InvalidRequest

if TYPE_CHECKING:
    from collections.abc import Iterable

NO_MESSAGES = "messages: Field required"
NO_LIST = "messages: Input should be a valid list"
MARK = b'"cache_control"'
NULL = b"null"
THINKING = ("thinking", "redacted_thinking")
DIRECT = {"type": "direct"}
"""Who called a tool where nobody else did: what a request means without saying it."""

_raws = msgspec.json.Decoder(list[msgspec.Raw]).decode
_fields = msgspec.json.Decoder(dict[str, msgspec.Raw]).decode
_any = msgspec.json.decode
UNREADABLE = (ValueError, RecursionError)


def messages_in(fields: dict[str, msgspec.Raw]) -> bytes:
    """Return the messages of a body's fields, as they stand between the brackets. Raises InvalidRequest where there are none."""
    if "messages" not in fields:
        raise InvalidRequest(NO_MESSAGES)
    whole = bytes(fields["messages"]).strip()
    if not whole.startswith(b"["):
        raise InvalidRequest(NO_LIST)
    return whole[1:-1].strip()


def with_history(body: bytes, history: bytes, added: dict[str, bytes]) -> bytes:
    """Return the body with messages (JSON, joined by commas) before its own, and with members in front that it has not yet."""
    if added:
        body = rewritten(body, frozenset(), added)
    if not history:
        return body
    at = next(member.value_start for member in members(body) if member.key == "messages") + 1
    comma = b"" if body[at:].lstrip()[:1] == b"]" else b","
    return b"".join((memoryview(body)[:at], history, comma, memoryview(body)[at:]))


def joined(parts: Iterable[bytes]) -> bytes:
    """Return messages joined as they stand in an array."""
    return b",".join([part for part in parts if part])


# ── questions ───────────────────────────────────────────────────────────────


def without_marks(messages: bytes) -> bytes:
    """Return messages without their marks for the prompt cache: those of earlier turns count, and Claude takes four of them in all."""
    if MARK not in messages:
        return messages
    try:
        return joined([_message_unmarked(bytes(message)) for message in _raws(b"[" + messages + b"]")])
    except UNREADABLE:
        return messages  # to say what is wrong with it is Claude's matter


def _message_unmarked(message: bytes) -> bytes:
    return _with_blocks(message) if MARK in message else message


def _with_blocks(holder: bytes) -> bytes:
    """Return a message or a block with the blocks of its `content` unmarked."""
    for member in members(holder):
        if member.key == "content" and holder[member.value_start : member.value_start + 1] == b"[":
            value = holder[member.value_start : member.value_end]
            if MARK in value:
                blocks = b"[" + b",".join([_unmarked(bytes(block)) for block in _raws(value)]) + b"]"
                return holder[: member.value_start] + blocks + holder[member.value_end :]
    return holder


def _unmarked(block: bytes) -> bytes:
    if MARK not in block or not block.startswith(b"{"):
        return block
    return _with_blocks(rewritten(block, frozenset({"cache_control"}), {}))


# ── answers ─────────────────────────────────────────────────────────────────


def content_in(body: bytes) -> bytes | None:
    """Return the content of a plain Message, as it stands; None where it has none that can be read."""
    try:
        content = _fields(body).get("content")
    except UNREADABLE:
        return None
    return None if content is None or not bytes(content).startswith(b"[") else bytes(content)


def answer_again(content: bytes) -> bytes | None:
    """Return an answer's content as the message that is sent back; None where nothing of it may be.

    Left out is what requests do not take: members that are null, what only answers say of a citation, texts of white space alone, and
    thinking at the end, behind which nothing was said or called.
    """
    try:
        blocks = [bytes(block) for block in _raws(content)]
        fit = [_fit(block) for block in blocks]
    except UNREADABLE:
        return None
    kept = [block for block in fit if block is not None]
    while kept and _any(_fields(kept[-1]).get("type", b'""')) in THINKING:
        kept.pop()
    if not kept:
        return None
    whole = content if kept == blocks else b"[" + b",".join(kept) + b"]"
    return b'{"role":"assistant","content":' + whole + b"}"


def _fit(block: bytes) -> bytes | None:
    fields = _fields(block)
    if _any(fields.get("type", b'""')) == "text" and not str(_any(fields.get("text", b'""'))).strip():
        return None
    dropped = frozenset(name for name, value in fields.items() if bytes(value) == NULL or (name == "caller" and _any(value) == DIRECT))
    if dropped:
        block = rewritten(block, dropped, {})
    if b'"file_id"' in bytes(fields.get("citations", b"")):
        block = _with_citations(block)
    return block


def _with_citations(block: bytes) -> bytes:
    """Return a block whose citations name no files: requests know these by their place alone."""
    for member in members(block):
        if member.key == "citations":
            each = _raws(block[member.value_start : member.value_end])
            named = b"[" + b",".join([rewritten(bytes(one), frozenset({"file_id"}), {}) for one in each]) + b"]"
            return block[: member.value_start] + named + block[member.value_end :]
    return block
