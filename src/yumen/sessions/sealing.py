"""What of a conversation is sealed, and to which row each piece is bound. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from yumen.storage.envelope import is_sealed

if TYPE_CHECKING:
    from yumen.sessions.values import Begun, Closing, Mine, Opening, Session, Turn
    from yumen.storage.envelope import Sealer

OF_SESSION = ("system", "tools", "summary", "placeholders")
OF_TURN = ("question", "answer")


def of_session(column: str, session_id: str) -> bytes:
    """Return what a session's column is bound to."""
    return f"sessions\0{column}\0{session_id}".encode()


def of_turn(column: str, request_id: str) -> bytes:
    """Return what a turn's column is bound to: its request, so that it opens in a copy of its session too."""
    return f"session_turns\0{column}\0{request_id}".encode()


def sealed_opening(sealer: Sealer, opening: Opening, session_id: str) -> Opening:
    """Seal how a turn begins in the session of that id."""
    said = {name: sealed(sealer, getattr(opening, name), of_session(name, session_id)) for name in ("system", "tools")}
    question = sealer.seal(opening.question, of_turn("question", opening.request_id))
    return msgspec.structs.replace(opening, question=question, **said)


def sealed_closing(sealer: Sealer, closing: Closing, mine: Mine) -> Closing:
    """Seal how a turn ends."""
    said = {name: sealed(sealer, getattr(closing, name), of_session(name, mine.session_id)) for name in ("system", "tools", "placeholders")}
    return msgspec.structs.replace(closing, answer=sealed(sealer, closing.answer, of_turn("answer", mine.request_id)), **said)


def sealed_session(sealer: Sealer, session: Session) -> Session:
    """Seal what a session's turns have in common."""
    return msgspec.structs.replace(
        session, **{name: sealed(sealer, getattr(session, name), of_session(name, session.id)) for name in OF_SESSION}
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


def sealed(sealer: Sealer, value: bytes | None, context: bytes) -> bytes | None:
    """Seal what is there."""
    return None if value is None else sealer.seal(value, context)


def opened(sealer: Sealer, value: bytes | None, context: bytes) -> bytes | None:
    """Open what is sealed. What was stored before 0.5.0 is plain JSON, which never begins as something sealed does."""
    return sealer.open(value, context) if value is not None and is_sealed(value) else value
