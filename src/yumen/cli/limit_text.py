"""Limits as people type and read them: `spend_per_month=1.00:reserve=bound`. Money in dollars, exact to the nano-dollar."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation

import msgspec

from yumen.errors import OperatorError
from yumen.limits.terms.setting import check_limit, value_text
from yumen.limits.values import SPEND, Kind, Limit, Mode, Reserve

NANO = 9
US_PER_MS_DIGITS = 3
FORM = "KIND=VALUE[:shadow][:wait=SECONDS][:reserve=bound|expected]"
MAX_CHARACTERS = 40
"""A number with more is a slip of the hand, or an attack on whoever reads it."""


def parse_limit(text: str) -> Limit:
    """Read a limit. Raises OperatorError with what will not do."""
    kind_text, equals, rest = text.partition("=")
    if not equals:
        raise OperatorError("a limit is written {form}, such as requests_per_minute=10, not {value}", form=FORM, value=repr(text))
    kind = parse_kind(kind_text)
    value, *flags = rest.split(":")
    limit = Limit(kind, parse_value(kind, value))
    for flag in flags:
        limit = with_flag(limit, flag)
    check_limit(limit)
    return limit


def parse_kind(text: str) -> Kind:
    """Read a kind of limit."""
    try:
        return Kind(text.strip())
    except ValueError:
        raise OperatorError("there is no limit {kind}: it is one of {kinds}", kind=repr(text), kinds=", ".join(Kind)) from None


def parse_value(kind: Kind, text: str) -> int:
    """Read a value: dollars where the kind is money, else a whole number."""
    if kind in SPEND:
        value = shifted(text.strip().removeprefix("$"), NANO)
        if value is None:
            raise OperatorError(
                "{kind} takes dollars with up to nine digits after the point, such as 1.50, not {value}", kind=kind, value=repr(text)
            )
        return value
    value = shifted(text.strip(), 0)
    if value is None:
        raise OperatorError("{kind} takes a whole number, not {value}", kind=kind, value=repr(text))
    return value


def with_flag(limit: Limit, flag: str) -> Limit:
    """Return a limit with what stands behind one of its colons."""
    name, _, value = flag.strip().partition("=")
    if flag.strip() == "shadow":
        return msgspec.structs.replace(limit, mode=Mode.SHADOW)
    if name == "wait":
        wait_ms = shifted(value, US_PER_MS_DIGITS)
        if wait_ms is None:
            raise OperatorError("wait takes seconds with up to three digits after the point, such as 2.5, not {value}", value=repr(value))
        return msgspec.structs.replace(limit, wait_ms=wait_ms)
    if name == "reserve":
        if value not in set(Reserve):
            raise OperatorError("reserve is one of {choices}, not {value}", choices=", ".join(Reserve), value=repr(value))
        if limit.kind not in SPEND:
            raise OperatorError("only a limit of money has a way to reserve: {kind} has none", kind=limit.kind)
        return msgspec.structs.replace(limit, reserve=Reserve(value))
    raise OperatorError("a limit is written {form}, such as requests_per_minute=10, not {value}", form=FORM, value=repr(flag))


def shifted(text: str, digits: int) -> int | None:
    """Read a plain decimal number as so many digits more of a whole one, exactly; None where it is none, or would have to be rounded."""
    if len(text) > MAX_CHARACTERS or not text.replace(".", "", 1).isdecimal() or not text.isascii():
        return None
    try:
        number = Decimal(text).scaleb(digits)
    except InvalidOperation:
        return None
    whole = int(number)
    return whole if whole == number else None


def limit_text(limit: Limit) -> str:
    """Write a limit as it is typed."""
    flags = [":shadow"] if limit.mode is Mode.SHADOW else []
    if limit.wait_ms:
        whole, rest = divmod(limit.wait_ms, 1000)
        flags.append(f":wait={whole}" + (f".{rest:03d}".rstrip("0") if rest else ""))
    if limit.kind in SPEND:
        flags.append(f":reserve={limit.reserve}")
    return f"{limit.kind}={value_text(limit.kind, limit.value)}{''.join(flags)}"
