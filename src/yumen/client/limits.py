"""The limits that a client keeps by itself: what a program says of them, and what it is told where one is reached."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation

import msgspec

from yumen.errors import OperatorError

NANO = Decimal(10**9)


class Limit(msgspec.Struct, frozen=True, kw_only=True):
    """What all clients of this process that ask at the same address (or under the same `name`) may do together.

    With `redis`, an address such as `redis://host:6379/0`, it is what all processes together may do that name it so.
    """

    calls: int | None = None
    """At most so many attempts in any `period`, each counted from its sending to a whole period after its answer began."""
    period: float = 60
    """Seconds."""
    input_tokens_per_minute: int | None = None
    """Without what is read from the cache; estimated before the call, settled by its answer."""
    output_tokens_per_minute: int | None = None
    concurrent: int | None = None
    """At most so many at once; a stream counts until its end."""
    spend_per_day: Decimal | str | int | None = None
    """US dollars, in days of UTC."""
    spend_per_month: Decimal | str | int | None = None
    wait: bool | float = True
    """Whether a call waits for room, and for how many seconds at most; False: it raises `LimitReached`. Nobody waits for a day's end."""
    redis: str | None = None
    name: str | None = None

    def __post_init__(self) -> None:
        """Raise OperatorError for what cannot be meant."""
        for name in ("calls", "input_tokens_per_minute", "output_tokens_per_minute", "concurrent", "period"):
            value = getattr(self, name)
            if value is not None and value <= 0:
                raise OperatorError("Limit: {name} is above 0", name=name)
        nanousd(self.spend_per_day, "spend_per_day")
        nanousd(self.spend_per_month, "spend_per_month")

    def __repr__(self) -> str:
        """Leave the address of Redis out: a password may stand in it."""
        said = [name for name in self.__struct_fields__ if name != "redis" and getattr(self, name) != getattr(NOTHING, name)]
        return f"Limit({', '.join(f'{name}={getattr(self, name)!r}' for name in said)})"


class LimitReached(OperatorError):  # noqa: N818  (the house names faults by what is wrong)
    """A limit of the client's own has no room, and the call does not wait for it; it was not sent."""

    def __init__(self, sentence: str, *, limit: str, retry_after: float | None = None, **values: object) -> None:
        """Say which limit, and after how many seconds it has room; None: not by waiting."""
        super().__init__(sentence, limit=limit, **values)
        self.limit = limit
        self.retry_after = retry_after


def nanousd(dollars: Decimal | str | int | None, name: str) -> int | None:
    """Return an amount in nano-dollars. Raises OperatorError where it is none, or a float: money is exact."""
    if dollars is None:
        return None
    try:
        amount = Decimal(dollars) * NANO if not isinstance(dollars, float) else Decimal("NaN")
    except InvalidOperation:
        amount = Decimal("NaN")
    if not amount.is_finite() or amount <= 0:
        raise OperatorError('Limit: {name} is an amount in US dollars above 0, such as "12.50" or Decimal("12.50")', name=name)
    return int(amount)


NOTHING = Limit()
