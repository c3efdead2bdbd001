"""Which session a request belongs to: its caller's word for it, else what makes the prompt cache of Claude find it again."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:
    from yumen.exchange import Exchange

HEADERS = (b"x-yumen-session", b"x-claude-code-session-id")
INLINE_BYTES = 1024 * 1024
BEGINNING_BYTES = 4096
"""So much of each part of a prompt tells conversations apart."""
_ABSENT = msgspec.Raw(b"")


class _Metadata(msgspec.Struct):
    user_id: str | None = None


class _Prompt(msgspec.Struct):
    """What tells sessions apart, as it stands in the body."""

    metadata: msgspec.Raw = _ABSENT
    tools: msgspec.Raw = _ABSENT
    system: msgspec.Raw = _ABSENT
    messages: msgspec.Raw = _ABSENT


_prompt = msgspec.json.Decoder(_Prompt).decode
_metadata = msgspec.json.Decoder(_Metadata).decode
_raws = msgspec.json.Decoder(list[msgspec.Raw]).decode


async def session_found(exchange: Exchange) -> bytes:
    """Return what `session_of` does; of a long body by a worker thread, so that the others' streams go on meanwhile."""
    if exchange.body is None or len(exchange.body) <= INLINE_BYTES:
        return session_of(exchange)
    return await asyncio.to_thread(session_of, exchange)


def session_of(exchange: Exchange) -> bytes:
    """Return what is the same for all requests of one session.

    That is, the first that there is: the header `x-yumen-session` or Claude Code's own; the body's `metadata.user_id`; of a prompt
    the key with the beginning of its tools, its system prompt and its first message, which a conversation sends again each time;
    else the workspace, so that files and batches are made where its lists look for them.
    """
    fields = exchange.request.head.fields
    for name in HEADERS:
        if fields.get(name):
            return fields[name]
    principal = exchange.principal
    if exchange.body is None or not exchange.endpoint.viewed:
        return b"" if principal is None else principal.workspace_id.encode()
    return session_in_body(exchange.body, b"" if principal is None else principal.key_id.encode())


def session_in_body(body: bytes, key_id: bytes) -> bytes:
    """Return the session that a prompt belongs to, by what it says itself."""
    try:
        prompt = _prompt(body)
    except (msgspec.MsgspecError, RecursionError, UnicodeDecodeError):
        return key_id
    try:
        user_id = _metadata(prompt.metadata).user_id if prompt.metadata else None
    except (msgspec.MsgspecError, RecursionError, UnicodeDecodeError):
        user_id = None
    if user_id:
        return user_id.encode("utf-8", "surrogatepass")
    parts = (prompt.tools, prompt.system, _first(prompt.messages))
    return b"\0".join([key_id, *(memoryview(part)[:BEGINNING_BYTES] for part in parts)])


def _first(messages: msgspec.Raw) -> msgspec.Raw:
    try:
        return _raws(messages)[0]
    except (msgspec.MsgspecError, RecursionError, UnicodeDecodeError, IndexError):
        return _ABSENT
