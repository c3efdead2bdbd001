"""The nouns of repeated requests: what is stored of the first, how it ended, and why its answer cannot be given again."""

from __future__ import annotations

from enum import StrEnum

import msgspec


class State(StrEnum):
    """How the first request with a key stands, as the store knows it."""

    RUNNING = "running"
    """It is under way, as long as its lease is renewed."""
    ANSWERED = "answered"
    """It ended with an answer, which is kept."""
    UNANSWERED = "unanswered"
    """It may have been charged, and no answer of it is kept."""


class Reason(StrEnum):
    """Why an answer that may have been paid cannot be given again."""

    CUT = "cut"
    """The answer broke off."""
    LEFT = "left"
    """The caller left, and the key does not say that the answer is read on."""
    LOST = "lost"
    """It was sent, and no answer came."""
    TOO_LONG = "too_long"
    NO_ROOM = "no_room"
    """Too many answers were under way to keep this one."""
    NOT_KEPT = "not_kept"
    """The settings say that no answer is kept."""
    ISOLATED = "isolated"
    """Its organization is isolated and lets no content be stored."""
    DIED = "died"
    """The gateway's process died while it was under way."""
    SPOILT = "spoilt"
    """What is stored does not open."""


class Row(msgspec.Struct, frozen=True):
    """What is stored of a request with a key. Times are UTC microseconds."""

    id: str
    """A hash of owner, method, path and key."""
    workspace_id: str
    request_id: str
    """Whose it is: only that request ends it."""
    body_hash: bytes
    state: State
    lease_until_us: int
    """Until when it counts as under way."""
    created_us: int
    expires_us: int
    """When it is forgotten."""
    reason: Reason | None = None
    sealed: bytes | None = None
    """The answer, encrypted; of one that is `ANSWERED`."""


class Ending(msgspec.Struct, frozen=True):
    """How the first request ended, for the store."""

    state: State
    expires_us: int
    reason: Reason | None = None
    sealed: bytes | None = None


class Answer(msgspec.Struct, frozen=True, array_like=True):
    """A whole answer, as it is sealed."""

    status: int
    headers: list[tuple[bytes, bytes]]
    streamed: bool
    """Whether it came without a length."""
    body: bytes
