"""The nouns of conversations that are kept: a session, its turns, and how a turn begins and ends."""

from __future__ import annotations

from enum import StrEnum

import msgspec

LOCAL = "local"
"""Who the library's conversations belong to: whoever can open the database."""


class TurnState(StrEnum):
    """How a turn stands."""

    OPEN = "open"
    """It was asked, and its answer is under way as long as its lease is renewed."""
    ANSWERED = "answered"
    BROKEN = "broken"
    """No answer of it counts: it is kept and shown, and left out of the history."""


class TurnUsage(msgspec.Struct, frozen=True):
    """What Claude counted for a turn, in tokens; of several calls for one turn, their sum."""

    input_tokens: int = 0
    """Without what the prompt cache took or gave."""
    output_tokens: int = 0
    cache_read_tokens: int = 0
    cache_write_5m_tokens: int = 0
    cache_write_1h_tokens: int = 0

    @property
    def prompt_tokens(self) -> int:
        """All tokens of the prompts, from the cache or not."""
        return self.input_tokens + self.cache_read_tokens + self.cache_write_5m_tokens + self.cache_write_1h_tokens

    def plus(self, other: TurnUsage) -> TurnUsage:
        """Return the sum of both."""
        return TurnUsage(*map(sum, zip(msgspec.structs.astuple(self), msgspec.structs.astuple(other), strict=True)))


class Session(msgspec.Struct, frozen=True):
    """A conversation: whose it is, and what all its turns have in common. Times are UTC microseconds."""

    id: str
    owner: str
    """Who alone sees it: a workspace's id in the gateway, `local` in the library."""
    name: str
    created_us: int
    used_us: int
    """When its last turn began or ended."""
    style: str | None = None
    model: str | None = None
    system: bytes | None = None
    """JSON, as it is sent."""
    tools: bytes | None = None
    """JSON, as it is sent."""
    summary: bytes | None = None
    """What stands for the dropped turns, before all others: messages in JSON, joined by commas."""
    forked_from: str | None = None
    """The id of the session that it began as a copy of."""
    placeholders: bytes | None = None
    """JSON: the values that placeholders in its turns stand for, by placeholder."""

    def __repr__(self) -> str:
        """Name the session, and nothing that was said in it."""
        return f"Session({self.id!r}, {self.owner!r}, {self.name!r})"


class Turn(msgspec.Struct, frozen=True):
    """A question and its answer, in bytes that never change once it is answered: so the prompts of all later turns begin alike."""

    session_id: str
    number: int
    """From 1 in each session, one more than the last that is stored: only the number of a turn that was taken back comes again."""
    request_id: str
    """Whose it is: only that request changes or ends it."""
    state: TurnState
    opened_us: int
    lease_until_us: int
    """Until when an open one counts as under way."""
    question: bytes
    """The new messages of its last call, raw JSON joined by commas: of a turn with tool calls also these and their results."""
    answer: bytes | None = None
    """One message of the assistant in JSON, as it is sent back. A broken turn may have one, which came too late."""
    dropped: bool = False
    """It is left out of the history, since there was no room."""
    ended_us: int | None = None
    model: str | None = None
    """Which model answered."""
    usage: TurnUsage = TurnUsage()


class Opening(msgspec.Struct, frozen=True):
    """How a turn begins. What it says of the session (not None) holds from this turn on."""

    session_id: str
    """The id of the session if it is new."""
    request_id: str
    question: bytes
    now_us: int
    lease_until_us: int
    style: str | None = None
    model: str | None = None
    system: bytes | None = None
    tools: bytes | None = None


class Closing(msgspec.Struct, frozen=True):
    """How a turn ends: with an answer, or broken. What it says of the session (not None) holds only if its answer counts."""

    state: TurnState
    ended_us: int
    answer: bytes | None = None
    model: str | None = None
    usage: TurnUsage = TurnUsage()
    system: bytes | None = None
    tools: bytes | None = None
    left_out_to: int | None = None
    """The turns up to that number were left out of what was sent, and are dropped."""
    placeholders: bytes | None = None
    """As the session's."""


class Mine(msgspec.Struct, frozen=True):
    """A turn that is under way, as its request names it."""

    session_id: str
    number: int
    request_id: str


class Begun(msgspec.Struct, frozen=True):
    """The turn is written down, and no other of its session is under way."""

    session: Session
    turns: tuple[Turn, ...]
    """The history: every answered turn that is not dropped, oldest first, without the new one."""
    number: int
    """The new turn's."""


class Busy(msgspec.Struct, frozen=True):
    """Another turn of the session is under way."""

    until_us: int
    """When its lease ends, if it is not renewed."""


class Listed(msgspec.Struct, frozen=True):
    """A session as a list shows it."""

    session: Session
    turns: int
    """How many turns it has, dropped and broken ones included."""


class Found(msgspec.Struct, frozen=True):
    """A turn in which a text was found."""

    session: Session
    number: int
    text: str
    """The turn's text: what was asked, and what was answered."""


class Asked(msgspec.Struct, frozen=True):
    """Which turn a request was."""

    name: str
    """The session's."""
    number: int
    state: TurnState
