"""The nouns that the rooms exchange: plain, frozen values without behaviour."""

from __future__ import annotations

from enum import StrEnum
from typing import Any, ClassVar, Protocol

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


DEFAULT_ORGANIZATION = "org_00000000000000000default"
"""Whose the keys are that the command line makes without another word."""


class Asked(msgspec.Struct, frozen=True):
    """What a restriction of a key looks at. `models`: the one that was asked for, and every one that could answer."""

    address: str
    path: str
    models: tuple[str, ...] = ()
    max_tokens: int | None = None
    """None: it says none that can be read."""
    makes_tokens: bool = False
    """Whether it is a call that is answered with tokens, so that it should say how many."""


class Restriction(Protocol):
    """Something that a key may not do."""

    by_head: ClassVar[bool]
    """Whether the request's head alone decides: its address and path."""

    def refusal(self, asked: Asked) -> str | None:
        """Return why this may not pass, in a sentence for the caller; None: it may."""


class Principal(msgspec.Struct, frozen=True):
    """Who asks: a key that was accepted."""

    key_id: str
    key_name: str
    environment: str
    workspace_id: str
    allowed_paths: tuple[str, ...] = ()
    organization_id: str = DEFAULT_ORGANIZATION
    user_id: str | None = None
    """The member whose key it is; None: nobody's in particular."""
    label: str | None = None
    """The cost centre: the key's own, or the one that the request named where the key allows that."""
    takes_label: bool = False
    """Whether requests may name their cost centre in `x-yumen-label`."""
    restrictions: tuple[Restriction, ...] = ()


class Quote(msgspec.Struct, frozen=True):
    """What a request may use, before it is sent. Money in nano-dollars; None: not known."""

    model: str | None
    """The model whose class the token limits count."""
    input_tokens: int
    """The estimated input, cache reads included."""
    expected_nanousd: int | None
    """What it will probably cost, as far as input alone tells; the output is for the limits to add from what the key used lately."""
    bound_nanousd: int | None
    """What it cannot cost more than; None where there is no such bound."""
    output_nanousd: int | None
    """What one output token costs at the dearest candidate."""
    max_output_tokens: int = 0
    """The most that can be answered: `max_tokens`, or the model's own maximum."""
    requests: int = 1
    """How many requests it stands for; more than one in a batch."""
    unbounded: str | None = None
    """Why `bound_nanousd` is None, in a sentence for the caller."""


class Hold(msgspec.Struct, frozen=True):
    """What was reserved of the limits: the hold's id is the request's. `demands` are the limits' own."""

    organization_id: str
    hold_id: str
    opened_us: int
    """When, by the store's clock."""
    demands: tuple[Any, ...]


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
