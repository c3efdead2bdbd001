"""How conversations are shown: what is known of one, and its turns as they were said."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

import msgspec

from yumen.clock import iso
from yumen.console.api.fields import time_or_none
from yumen.console.api.limit_fields import dollars
from yumen.sessions.words import read_messages

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from yumen.sessions import Session, Turn, TurnUsage
    from yumen.sessions.index import Summed


class TurnTokens(msgspec.Struct, frozen=True):
    """What Claude counted."""

    input_tokens: int
    """Without what the prompt cache took or gave."""
    output_tokens: int
    cache_read_tokens: int
    cache_write_tokens: int


class ConversationShown(msgspec.Struct, frozen=True, kw_only=True):
    """A conversation, without a word of it."""

    id: str
    type: Literal["conversation"] = "conversation"
    name: str
    workspace_id: str
    model: str | None
    style: str | None
    turns: int
    """How many it has, dropped and broken ones included."""
    usage: TurnTokens
    created_at: str
    used_at: str
    forked_from: str | None


class TurnShown(msgspec.Struct, frozen=True, kw_only=True):
    """A question and its answer, as the upstream saw them: with placeholders for what a policy redacted."""

    number: int
    state: Literal["open", "answered", "broken"]
    dropped: bool
    """Whether it is left out of what is sent, since there was no room."""
    request_id: str
    model: str | None
    asked_at: str
    ended_at: str | None
    usage: TurnTokens
    cost_usd: str | None
    """In US dollars; null: its price is not known, its copy counts nothing, it is still under way, or the role may not see costs."""
    messages: list[dict[str, Any]]
    """What was new of the question, and the answer."""


class ConversationRead(msgspec.Struct, frozen=True, kw_only=True):
    """A conversation and some of its turns."""

    conversation: ConversationShown
    system: str | None
    """JSON, as it is sent."""
    tools: str | None
    summary: list[dict[str, Any]]
    """What stands for turns that were left out."""
    turns: list[TurnShown]
    has_more: bool
    """Whether there are later turns."""


def tokens_shown(usage: TurnUsage) -> TurnTokens:
    """Show tokens."""
    written = usage.cache_write_5m_tokens + usage.cache_write_1h_tokens
    return TurnTokens(usage.input_tokens, usage.output_tokens, usage.cache_read_tokens, written)


def summed_shown(summed: Summed) -> ConversationShown:
    """Show a conversation of a list."""
    session = summed.session
    return ConversationShown(
        id=session.id,
        name=session.name,
        workspace_id=session.owner,
        model=session.model or summed.model,
        style=session.style,
        turns=summed.turns,
        usage=tokens_shown(summed.usage),
        created_at=iso(session.created_us),
        used_at=iso(session.used_us),
        forked_from=session.forked_from,
    )


def turn_shown(turn: Turn, cost_nanousd: int | None) -> TurnShown:
    """Show a turn, and what its request cost."""
    return TurnShown(
        number=turn.number,
        state=turn.state.value,
        dropped=turn.dropped,
        request_id=turn.request_id,
        model=turn.model,
        asked_at=iso(turn.opened_us),
        ended_at=time_or_none(turn.ended_us),
        usage=tokens_shown(turn.usage),
        cost_usd=None if cost_nanousd is None else dollars(cost_nanousd),
        messages=[*read_messages(turn.question), *read_messages(turn.answer)],
    )


def read_shown(summed: Summed, session: Session, turns: Sequence[Turn], costs: Mapping[str, int | None], *, more: bool) -> ConversationRead:
    """Show a conversation that was opened, and some of its turns with what their requests cost."""
    return ConversationRead(
        conversation=summed_shown(summed),
        system=None if session.system is None else session.system.decode(errors="replace"),
        tools=None if session.tools is None else session.tools.decode(errors="replace"),
        summary=read_messages(session.summary),
        turns=[turn_shown(turn, costs.get(turn.request_id)) for turn in turns],
        has_more=more,
    )
