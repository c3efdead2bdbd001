"""How a limit is written in the admin API: spend in US dollars as text, everything else as a whole number."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from typing import Annotated, Literal

import msgspec
from msgspec import UNSET, UnsetType

from yumen.errors import InvalidRequest
from yumen.limits.values import MAX_NANOUSD, MAX_RATE, MAX_WAIT_MS, SPEND, Kind, Limit, Mode, Reserve, Scope, ScopeKind

NANO = 10**9
KIND_NAMES = Literal[
    "requests_per_second",
    "requests_per_minute",
    "count_tokens_per_minute",
    "batches_per_minute",
    "files_per_minute",
    "input_tokens_per_minute",
    "output_tokens_per_minute",
    "concurrent_requests",
    "requests_per_month",
    "spend_per_day",
    "spend_per_month",
]
Dollars = Annotated[str, msgspec.Meta(pattern=r"^[0-9]{1,7}(\.[0-9]{1,9})?$")]
Count = Annotated[int, msgspec.Meta(ge=1, le=MAX_RATE)]
ScopeId = Annotated[str, msgspec.Meta(min_length=1, max_length=100)]


class LimitShown(msgspec.Struct, frozen=True, kw_only=True):
    """A limit. `value` is US dollars as text for spend, and a whole number for everything else."""

    kind: KIND_NAMES
    value: int | str
    mode: Literal["enforce", "shadow"] = "enforce"
    wait_ms: int = 0
    reserve: Literal["bound", "expected"] | UnsetType = UNSET


class LimitGiven(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A limit as it is given."""

    kind: KIND_NAMES
    value: Count | Dollars
    mode: Literal["enforce", "shadow"] = "enforce"
    wait_ms: Annotated[int, msgspec.Meta(ge=0, le=MAX_WAIT_MS)] = 0
    reserve: Literal["bound", "expected"] = "expected"


class ScopeShown(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Whose all of it is counted together: an organization, workspace, key or member by its id, a label by its text."""

    kind: Literal["organization", "workspace", "key", "member", "label"]
    id: ScopeId


def shown_limit(limit: Limit) -> LimitShown:
    """Show a limit."""
    spend = limit.kind in SPEND
    return LimitShown(
        kind=limit.kind.value,
        value=dollars(limit.value) if spend else limit.value,
        mode=limit.mode.value,
        wait_ms=limit.wait_ms,
        reserve=limit.reserve.value if spend else UNSET,
    )


def read_limit(given: LimitGiven) -> Limit:
    """Read a limit."""
    kind = Kind(given.kind)
    return Limit(kind, read_value(kind, given.value), Mode(given.mode), given.wait_ms, Reserve(given.reserve))


def read_value(kind: Kind, value: int | str) -> int:
    """Read a limit's value. Raises InvalidRequest where dollars and numbers are mixed up."""
    if kind not in SPEND:
        if isinstance(value, str):
            raise InvalidRequest(f"value: Input should be a valid integer for {kind}")
        return value
    if isinstance(value, int):
        raise InvalidRequest(f'value: Input should be US dollars as text for {kind}, such as "25.00"')
    nano = nanodollars("value", value)
    if nano > MAX_NANOUSD:
        raise InvalidRequest(f"value: Input should be less than or equal to {dollars(MAX_NANOUSD)}")
    return nano


def nanodollars(name: str, text: str) -> int:
    """Read US dollars."""
    try:
        nano = Decimal(text) * NANO
    except InvalidOperation:
        raise InvalidRequest(f"{name}: Input should be US dollars, such as 25.00") from None
    return int(nano)


def dollars(nano: int) -> str:
    """Write nano-dollars as US dollars, with two decimals or as many as it takes."""
    whole, rest = divmod(nano, NANO)
    digits = f"{rest:09d}".rstrip("0").ljust(2, "0")
    return f"{whole}.{digits}"


def shown_scope(scope: Scope) -> ScopeShown:
    """Show a scope."""
    return ScopeShown(scope.kind.value, scope.id)


def read_scope(given: ScopeShown) -> Scope:
    """Read a scope."""
    return Scope(ScopeKind(given.kind), given.id)
