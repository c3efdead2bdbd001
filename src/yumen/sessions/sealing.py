"""What of a conversation is sealed, and to which row each piece is bound. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from yumen.storage.envelope import is_sealed

if TYPE_CHECKING:
    from yumen.sessions.values import Begun, Closing, Opening, Session, Turn
    from yumen.storage.envelope import Sealer

OF_SESSION = ("system", "tools", "summary", "placeholders")
OF_TURN = ("question", "answer")


def of_session(column: str, session_id: str) -> bytes:
    """Return what a session's column is bound to."""
    return f"sessions\0{column}\0{session_id}".encode()


def of_turn(column: str, request_id: str) -> bytes:
    """Return what a turn's column is bound to: its request, so that it opens in a copy of its session too."""
    return f"session_turns\0{column}\0{request_id}".encode()


def sealed_opening(sealer: Sealer, opening: Opening) -> Opening:
    """Seal how a turn begins. What a session's turns have in common is said at their end: before, nobody knows its session's id."""
    assert opening.system is None and opening.tools is None  # noqa: S101, PT018  (a gateway's turn never says it here)
    return msgspec.structs.replace(opening, question=sealer.seal(opening.question, of_turn("question", opening.request_id)))


def sealed_closing(sealer: Sealer, closing: Closing, session_id: str, request_id: str) -> Closing:
    """Seal how a turn ends."""
    answer = None if closing.answer is None else sealer.seal(closing.answer, of_turn("answer", request_id))
    said = {name: getattr(closing, name) for name in ("system", "tools", "placeholders")}
    sealed = {name: None if value is None else sealer.seal(value, of_session(name, session_id)) for name, value in said.items()}
    return msgspec.structs.replace(closing, answer=answer, **sealed)


def sealed_session(sealer: Sealer, session: Session) -> Session:
    """Seal what a session's turns have in common."""
    values = {name: getattr(session, name) for name in OF_SESSION}
    return msgspec.structs.replace(
        session, **{name: None if value is None else sealer.seal(value, of_session(name, session.id)) for name, value in values.items()}
    )


def opened_session(sealer: Sealer, session: Session) -> Session:
    """Open a session. Raises SealBroken and ContentKeyUnavailable, as all that follows."""
    return msgspec.structs.replace(
        session, **{name: opened(sealer, getattr(session, name), of_session(name, session.id)) for name in OF_SESSION}
    )


def opened_turn(sealer: Sealer, turn: Turn) -> Turn:
    """Open a turn."""
    return msgspec.structs.replace(turn, **{name: opened(sealer, getattr(turn, name), of_turn(name, turn.request_id)) for name in OF_TURN})


def opened_begun(sealer: Sealer, begun: Begun) -> Begun:
    """Open a session with its history."""
    turns = tuple(opened_turn(sealer, turn) for turn in begun.turns)
    return msgspec.structs.replace(begun, session=opened_session(sealer, begun.session), turns=turns)


def opened(sealer: Sealer, value: bytes | None, context: bytes) -> bytes | None:
    """Open what is sealed. What was stored before 0.5.0 is plain JSON, which never begins as something sealed does."""
    return sealer.open(value, context) if value is not None and is_sealed(value) else value
