"""Limits in forms: a line for each kind, where an empty one is none."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

import msgspec

from yumen.console.pages.forms import whole
from yumen.errors import OperatorError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from yumen.console.api.limit_fields import LimitShown
    from yumen.console.pages.forms import Form
    from yumen.console.pages.visit import Visit

KIND_SENTENCES = {
    "requests_per_second": "Requests per second",
    "requests_per_minute": "Requests per minute",
    "input_tokens_per_minute": "Input tokens per minute",
    "output_tokens_per_minute": "Output tokens per minute",
    "concurrent_requests": "Requests at the same time",
    "requests_per_month": "Requests per month",
    "spend_per_day": "Spend per day (US$)",
    "spend_per_month": "Spend per month (US$)",
    "count_tokens_per_minute": "Token counts per minute",
    "batches_per_minute": "Batches per minute",
    "files_per_minute": "File calls per minute",
}
USUAL = ("requests_per_minute", "input_tokens_per_minute", "output_tokens_per_minute", "spend_per_month")
"""Those that a new key is most often given."""
SPEND = frozenset({"spend_per_day", "spend_per_month"})
NANO = 1_000_000_000
IGNORED = str.maketrans("", "", ", _$\u00a0\uff0c")
"""What people write into numbers that is no part of them."""


class Row(msgspec.Struct, frozen=True):
    """A limit's line in a form."""

    kind: str
    label: str
    """A sentence, yet to be said."""
    value: str
    mode: str
    wait_ms: int
    reserve: str
    is_spend: bool
    is_usual: bool
    """Whether it stands with the first ones: it is set, or is often."""


def rows(limits: Iterable[LimitShown], kinds: Iterable[str] = KIND_SENTENCES) -> list[Row]:
    """Return a line for each kind, filled with the limit of that kind where there is one."""
    known = {limit.kind: limit for limit in limits}
    return [row_of(kind, known.get(kind)) for kind in kinds]  # type: ignore[call-overload]  # a limit's kind is one of these


def row_of(kind: str, limit: LimitShown | None) -> Row:
    """Return one line."""
    label, is_spend = KIND_SENTENCES[kind], kind in SPEND
    if limit is None:
        return Row(kind, label, "", "enforce", 0, "expected", is_spend, kind in USUAL)
    reserve = limit.reserve if isinstance(limit.reserve, str) else "expected"
    return Row(kind, label, str(limit.value), limit.mode, limit.wait_ms, reserve, is_spend, is_usual=True)


def said(visit: Visit, limit: LimitShown) -> tuple[str, str]:
    """Return a limit's name and value as they are shown."""
    locale = visit.locale
    value = locale.money(int(Decimal(limit.value) * NANO)) if limit.kind in SPEND else locale.number(int(limit.value))
    return visit.say(KIND_SENTENCES[limit.kind]), value


def limits_of(form: Form, kinds: Iterable[str] = KIND_SENTENCES) -> list[dict[str, Any]]:
    """Read the limits of a form as operations take them. Raises OperatorError."""
    return [limit_of(form, kind) for kind in kinds if form.text(f"limit-{kind}")]


def limit_of(form: Form, kind: str) -> dict[str, Any]:
    """Read one line."""
    limit = {"kind": kind, "value": value_of(kind, form.text(f"limit-{kind}"))}
    for name in ("mode", "wait_ms", "reserve"):
        sent = form.text(f"{name}-{kind}")
        if sent:
            limit[name] = sent
    return limit


def value_of(kind: str, text: str) -> int | str:
    """Read a limit's value: dollars as text, everything else as a whole number. Raises OperatorError."""
    plain = text.translate(IGNORED)
    before, _, rest = plain.partition(".")
    if kind in SPEND and before.isdecimal() and (not rest or rest.isdecimal()):
        return f"{before}.{rest or '00'}"
    if kind in SPEND:
        raise OperatorError("a spend limit is an amount in US dollars such as 25.00, not {value}", value=repr(text))
    number = whole(plain)
    if number is None or number < 1:
        raise OperatorError("a limit is a whole number of at least 1, not {value}: leave it empty for none", value=repr(text))
    return number
