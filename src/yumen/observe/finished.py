"""What observing reads of an exchange that has ended; this floor lies below the exchange, so it says what it needs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Sequence

    from yumen.claude import Endpoint, RequestView, Usage
    from yumen.errors import Fault
    from yumen.http import Request


class Asker(Protocol):
    """Who asked."""

    @property
    def key_id(self) -> str:
        """The key's id."""

    @property
    def environment(self) -> str:
        """The key's environment."""


class Price(Protocol):
    """What it cost."""

    @property
    def nanousd(self) -> int:
        """Whole nano-dollars."""


class Tried(Protocol):
    """A try at an upstream; times are microseconds, `begun_us` after the request's arrival."""

    @property
    def upstream(self) -> str:
        """Where."""

    @property
    def status(self) -> int | None:
        """What it answered, None: nothing."""

    @property
    def fault(self) -> str | None:
        """The name of what went wrong."""

    @property
    def model(self) -> str | None:
        """What it was asked for, where that is not what the caller named."""

    @property
    def begun_us(self) -> int:
        """When it began."""

    @property
    def duration_us(self) -> int:
        """Until the head of its answer, or the fault."""

    @property
    def wait_us(self) -> int:
        """How long the next one was put off."""

    @property
    def step(self) -> str:
        """What followed."""

    @property
    def why(self) -> str:
        """The reason."""


class Finished(Protocol):
    """An exchange that has ended; times named `_ns` are monotonic, 0: it never came to that."""

    request_id: str
    request: Request
    endpoint: Endpoint
    view: RequestView
    status: int
    fault: Fault | None
    usage: Usage | None
    estimated: bool
    model_answered: str | None
    stop_reason: str | None
    upstream_request_id: str | None
    replay_of: str | None
    limit_wait_us: int
    started_us: int
    received_ns: int
    sent_ns: int
    first_byte_ns: int

    @property
    def outcome(self) -> str | None:
        """How it ended."""

    @property
    def principal(self) -> Asker | None:
        """Who asked, None: the key was not accepted."""

    @property
    def cost(self) -> Price | None:
        """What it cost, None: not known."""

    @property
    def attempts(self) -> Sequence[Tried]:
        """The tries at an upstream."""

    @property
    def duration_ns(self) -> int:
        """From the request's head to the end."""

    @property
    def overhead_ns(self) -> int:
        """What the gateway itself took."""
