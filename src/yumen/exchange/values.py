"""The nouns that the rooms exchange: plain, frozen values without behaviour."""

from __future__ import annotations

from enum import StrEnum

import msgspec


class Outcome(StrEnum):
    """How an exchange ended, once and for all: the closed set that the ledger knows."""

    ANSWERED = "answered"
    """A 2xx answer reached its end."""
    REFUSED = "refused"
    """The gateway said no; nothing was sent, nothing is charged."""
    ERROR = "error"
    """The upstream answered with an error status; it reached its end, nothing is charged."""
    FAILED = "failed"
    """The upstream could not be reached, did not answer in time, or answered rubbish."""
    TRUNCATED = "truncated"
    """The answer began and did not reach its end."""
    CANCELLED = "cancelled"
    """The caller left."""
    INTERRUPTED = "interrupted"
    """The gateway died while the exchange was open; found in the journal at the next start."""


class Secret:
    """A value that must not be seen: it has no `repr`, and only `reveal` gives it."""

    __slots__ = ("_value",)

    def __init__(self, value: str) -> None:
        """Keep a value."""
        self._value = value

    def reveal(self) -> str:
        """Return the value, for the one place that sends it."""
        return self._value

    def __repr__(self) -> str:
        return "Secret(…)"


class Principal(msgspec.Struct, frozen=True):
    """Who asks: a key that was accepted."""

    key_id: str
    key_name: str
    environment: str
    workspace_id: str
    allowed_paths: tuple[str, ...] = ()


class Candidate(msgspec.Struct, frozen=True):
    """Where the request could go: an upstream by name, and the model it would be asked for."""

    upstream: str
    model: str | None = None


class Target(msgspec.Struct, frozen=True):
    """Where the request goes: the upstream's address and what opens it."""

    upstream: str
    authority: str
    """The value of the `Host` header."""
    prefix: str = ""
    """What stands before `/v1` in the upstream's paths."""
    credential: Secret | None = None


class Cost(msgspec.Struct, frozen=True):
    """What an exchange cost, in whole nano-dollars, by which prices."""

    nanousd: int
    price_version: str


class Attempt(msgspec.Struct, frozen=True):
    """One try at an upstream: its name, the status it gave (None: no status), how long it took."""

    upstream: str
    status: int | None
    duration_us: int
    fault: str | None = None
