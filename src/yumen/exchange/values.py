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
    DRAINED = "drained"
    """The caller left; the answer was read to its end all the same, as the key says, and is charged by the upstream's own count."""
    REPLAYED = "replayed"
    """Answered with what an earlier request got that had the same idempotency key; nothing was sent, nothing is charged."""
    INTERRUPTED = "interrupted"
    """The gateway died while the exchange was open; found in the journal at the next start."""


class Secret:
    """A value that must not be seen: it has no `repr`, and only `reveal` gives it. Two are equal where they are the same one."""

    __slots__ = ("_value", "source")

    def __init__(self, value: str, source: str = "") -> None:
        """Keep a value, and where it came from, which may be seen."""
        self._value = value
        self.source = source

    def reveal(self) -> str:
        """Return the value, for the one place that sends it."""
        return self._value

    def __repr__(self) -> str:
        return f"Secret({self.source or '…'})"


class Content(StrEnum):
    """Whether what is asked and answered is written down: a key's setting."""

    OFF = "off"
    """Never."""
    ERRORS = "errors"
    """Where it did not end in a good answer."""
    ALL = "all"
    """Always."""


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
    drain_s: float | None = None
    """How long an answer is read on after its caller has left; 0: to its end, None: not at all."""
    content: Content = Content.OFF
    """What of its requests is written down."""
    isolated: bool = False
    """Whether its organization is: only its own upstreams may serve it."""
    keeps_content: bool = False
    """Whether an isolated organization lets content be stored all the same."""

    @property
    def storable(self) -> bool:
        """Whether anything that it asks, or is answered, may be stored."""
        return self.keeps_content or not self.isolated


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
    """Where the request goes: the upstream's address and what opens it. A credential that was renewed makes another target."""

    upstream: str
    authority: str
    """The value of the `Host` header."""
    prefix: str = ""
    """What stands before `/v1` in the upstream's paths."""
    credential: Secret | None = None
    credential_header: str = "x-api-key"
    """Which header carries it: `x-api-key`, or `authorization`, there as a bearer token."""


class Cost(msgspec.Struct, frozen=True):
    """What an exchange cost, in whole nano-dollars, by which prices."""

    nanousd: int
    price_version: str


class Step(StrEnum):
    """What follows an attempt."""

    DONE = "done"
    """Nothing: its answer is the caller's."""
    AGAIN = "again"
    """Another attempt at the same upstream."""
    ELSEWHERE = "elsewhere"
    """Another attempt at another upstream."""
    GIVE_UP = "give_up"
    """Nothing: the caller gets what it brought, be it an error."""


class Why(StrEnum):
    """The reason of the step that follows an attempt: the closed set that the ledger knows."""

    ANSWERED = "answered"
    """It is an answer."""
    FINAL = "final"
    """It is an error that another attempt would bring again."""
    SPENT = "spent"
    """The upstream says that its money or its quota is used up, or that nobody should try again."""
    LIMITED = "limited"
    """The upstream limits us for a while."""
    BUSY = "busy"
    """The upstream is overloaded, or has an error of its own."""
    NOT_SENT = "not_sent"
    """The request did not wholly reach the upstream: nothing can have been charged."""
    REFUSED_CREDENTIAL = "refused_credential"
    """The upstream does not accept the credential; it was fetched anew, or another upstream takes its own."""
    LOST = "lost"
    """The request was sent and no answer came: it may have been processed, so it is not sent twice."""
    RESENT = "resent"
    """The same, and the setting `retry.resend_lost` says that it is sent again: it may be charged twice, and is counted so."""
    ATTEMPTS = "attempts"
    """As many attempts were made as the setting allows."""
    PATIENCE = "patience"
    """The caller would be gone before another attempt could begin."""
    BUDGET = "budget"
    """So many requests are being retried at that upstream that another would only make it worse."""
    PIPED = "piped"
    """The body has passed through and cannot be sent again."""
    STREAMING = "streaming"
    """The caller has seen the answer's beginning."""


class Attempt(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """One try at an upstream. Times are microseconds; `begun_us` counts from the arrival of the request's head.

    The ledger writes it as it stands, as an array: only append.
    """

    upstream: str
    status: int | None
    """What it answered; None: no status came."""
    duration_us: int
    """Until the head of its answer, or the fault."""
    fault: str | None = None
    begun_us: int = 0
    model: str | None = None
    """The model that it was asked for, where that is not the one that the caller named."""
    step: Step = Step.DONE
    why: Why = Why.ANSWERED
    wait_us: int = 0
    """How long the next attempt was put off."""
