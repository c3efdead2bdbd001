"""What was said before: conversations that are kept, with every turn in the bytes that were sent."""

from yumen.sessions.store import SessionKeeper, SessionPurge, SessionShelf, SessionStore
from yumen.sessions.values import Begun, Busy, Closing, Found, Listed, Mine, Opening, Session, Turn, TurnState, TurnUsage
from yumen.sessions.words import text_of

__all__ = [
    "Begun",
    "Busy",
    "Closing",
    "Found",
    "Listed",
    "Mine",
    "Opening",
    "Session",
    "SessionKeeper",
    "SessionPurge",
    "SessionShelf",
    "SessionStore",
    "Turn",
    "TurnState",
    "TurnUsage",
    "text_of",
]
