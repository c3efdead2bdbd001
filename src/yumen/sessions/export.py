"""A conversation as text: everything as JSON, one message a line, or Markdown to read. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

import msgspec

from yumen.clock import iso
from yumen.errors import OperatorError
from yumen.sessions.rules import history_of
from yumen.sessions.values import TurnState
from yumen.sessions.words import read_messages, text_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from yumen.sessions.values import Session, Turn

Form = Literal["json", "jsonl", "markdown"]


def export(session: Session | None, turns: Sequence[Turn], name: str, form: str) -> str:
    """Return a conversation in a form. Raises OperatorError where there is none, or no such form."""
    if session is None:
        raise OperatorError("there is no conversation {name}", name=name)
    match form:
        case "json":
            return msgspec.json.format(msgspec.json.encode(everything(session, turns)), indent=2).decode()
        case "jsonl":
            return lines(session, turns)
        case "markdown":
            return markdown(session, turns)
    raise OperatorError("a conversation is exported as json, jsonl or markdown, not {form}", form=form)


def everything(session: Session, turns: Sequence[Turn]) -> dict[str, Any]:
    """Return all that is stored, what was sent as it was sent."""
    about = {"name": session.name, "style": session.style, "model": session.model, "forked_from": session.forked_from}
    times = {"created": iso(session.created_us), "used": iso(session.used_us)}
    said = {"system": raw(session.system), "tools": raw(session.tools), "summary": array(session.summary)}
    return {**about, **times, **said, "turns": [one_turn(turn) for turn in turns]}


def one_turn(turn: Turn) -> dict[str, Any]:
    """Return a turn as it is exported."""
    about = {"number": turn.number, "state": turn.state.value, "dropped": turn.dropped, "model": turn.model, "asked": iso(turn.opened_us)}
    ended = None if turn.ended_us is None else iso(turn.ended_us)
    return {**about, "ended": ended, "usage": turn.usage, "question": array(turn.question), "answer": raw(turn.answer)}


def lines(session: Session, turns: Sequence[Turn]) -> str:
    """Return the messages of the history, as they are sent to Claude, one a line."""
    counted = [turn for turn in turns if turn.state is TurnState.ANSWERED and not turn.dropped]
    messages = msgspec.json.decode(array(history_of(session, counted)), type=list[msgspec.Raw])
    return "".join(msgspec.json.format(bytes(message), indent=-1).decode() + "\n" for message in messages)


def markdown(session: Session, turns: Sequence[Turn]) -> str:
    """Return the conversation to read: who said what, and what became of it."""
    parts = [f"# {session.name}"]
    for turn in turns:
        marks = [turn.state.value] * (turn.state is not TurnState.ANSWERED) + ["dropped"] * turn.dropped
        parts.append(" ".join([f"## {turn.number}", *(f"({mark})" for mark in marks)]))
        for message in [*read_messages(turn.question), *read_messages(turn.answer)]:
            text = text_of(msgspec.json.encode(message))
            if text:
                parts.append(f"**{message.get('role')}**\n\n{text}")
    return "\n\n".join(parts) + "\n"


def raw(text: bytes | None) -> msgspec.Raw | None:
    """Return JSON that stands as it is."""
    return None if text is None else msgspec.Raw(text)


def array(messages: bytes | None) -> msgspec.Raw:
    """Return messages, joined by commas, as an array."""
    return msgspec.Raw(b"[" + (messages or b"") + b"]")
