"""The states of an exchange and their legal moves: one table that the code, the tests and the picture in the docs read."""

from __future__ import annotations

from enum import StrEnum


class State(StrEnum):
    """Where an exchange stands."""

    RECEIVED = "received"
    """The head of the request has arrived."""
    KNOWN = "known"
    """The key was accepted: from here on the exchange enters the ledger."""
    READ = "read"
    """The body is here (or will be piped) and was looked at."""
    ADMITTED = "admitted"
    """Every limit that applies has room for it; a hold is open."""
    ALLOWED = "allowed"
    """No policy refuses it; what one redacts is replaced."""
    ROUTED = "routed"
    """The upstream is chosen."""
    SENT = "sent"
    """The upstream may be working: from here on, no silent second charge."""
    RETRYING = "retrying"
    """An attempt has failed and another follows: nothing is under way that could be charged."""
    STREAMING = "streaming"
    """The caller has seen the answer's first byte: from here on, no error status."""
    ANSWERED = "answered"
    """The answer is whole; its last bytes are withheld until it is written down."""
    REFUSED = "refused"
    """It ended before anything was sent."""
    BROKEN = "broken"
    """It ended after something was sent."""
    CLOSED = "closed"
    """It is written down."""


MOVES: dict[State, frozenset[State]] = {
    State.RECEIVED: frozenset({State.KNOWN, State.REFUSED}),
    State.KNOWN: frozenset({State.READ, State.REFUSED}),
    State.READ: frozenset({State.ADMITTED, State.ANSWERED, State.REFUSED}),
    State.ADMITTED: frozenset({State.ALLOWED, State.REFUSED}),
    State.ALLOWED: frozenset({State.ROUTED, State.REFUSED}),
    State.ROUTED: frozenset({State.SENT, State.REFUSED}),
    State.SENT: frozenset({State.RETRYING, State.STREAMING, State.ANSWERED, State.BROKEN}),
    State.RETRYING: frozenset({State.SENT, State.BROKEN}),
    State.STREAMING: frozenset({State.ANSWERED, State.BROKEN}),
    State.ANSWERED: frozenset({State.CLOSED}),
    State.REFUSED: frozenset({State.CLOSED}),
    State.BROKEN: frozenset({State.CLOSED}),
    State.CLOSED: frozenset(),
}
"""From each state, where an exchange may move to."""

UNSENT = frozenset(state for state, after in MOVES.items() if State.REFUSED in after)
"""Where nothing was sent yet: what ends there is refused, and not broken."""
