"""How often a call is attempted, and how long is waited between: what a program says of it."""

from __future__ import annotations

import msgspec

from yumen.errors import OperatorError


class Retry(msgspec.Struct, frozen=True, kw_only=True):
    """At most so many attempts, by whoever makes them: this library, the SDK, and a gateway. Times are seconds.

    The pause before an attempt is drawn between `wait_min` and a bound that doubles from there up to `wait_max`.
    """

    attempts: int = 3
    wait_min: float = 0.5
    wait_max: float = 30.0
    jitter: bool = True
    """Whether the pause is drawn; without it, it is the bound itself: calls that failed together come back together."""
    patience: float = 300.0
    """So long after a call began no attempt begins; a server that asks for a longer pause is not asked again."""
    resend_lost: bool = False
    """Whether a call is sent again that was sent and never answered, although both may be charged."""
    never: tuple[int | str, ...] = ()
    """What is not tried again although it could be: HTTP statuses (`529`), or Claude's types of error (`overloaded_error`)."""

    def __post_init__(self) -> None:
        """Raise OperatorError for what cannot be meant."""
        if self.attempts < 1:
            raise OperatorError("Retry: attempts is at least 1, the first one")
        if not 0 <= self.wait_min <= self.wait_max:
            raise OperatorError("Retry: wait_min is not negative, and not above wait_max")
