"""An entry as `yumen logs --json` shows it: the names and units that people and programs outside rely on."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

import msgspec

from yumen.clock import iso

if TYPE_CHECKING:
    from yumen.exchange.values import Attempt
    from yumen.ledger.entry import Entry

_encode = msgspec.json.Encoder(decimal_format="number").encode


class Try(msgspec.Struct, frozen=True):
    """One attempt; times in milliseconds, after the request's arrival where it began."""

    upstream: str
    """Empty: this stands for attempts that the journal's line had no room for."""
    model: str | None
    """What it was asked for, where that is not what the caller named."""
    status: int | None
    fault: str | None
    begun_ms: Decimal | None
    duration_ms: Decimal | None
    """Until the head of its answer, or the fault."""
    step: str
    why: str
    wait_ms: Decimal | None
    """How long the next attempt was put off."""


class LogLine(msgspec.Struct, frozen=True):
    """One object of `yumen logs --json`."""

    time: str
    """RFC 3339, UTC, microseconds."""
    request_id: str
    key_id: str
    environment: str
    path: str
    model: str | None
    stream: bool
    status: int
    """0 where the caller got none."""
    outcome: str
    input_tokens: int
    output_tokens: int
    cache_read_tokens: int
    cache_write_tokens: int
    stop_reason: str | None
    cost_microusd: Decimal | None
    """Up to three decimals; null where no price is known."""
    ttft_ms: Decimal | None
    """From the request's head to the answer's first byte."""
    duration_ms: Decimal | None
    overhead_us: int
    attempts: int
    upstream_request_id: str | None
    kind: str
    """`exchange`, or `refusals`: one line that stands for `count` of them."""
    count: int
    method: str
    workspace_id: str
    model_answered: str | None
    fault: str | None
    prompt_characters: int
    prompt_bytes: int
    cache_write_5m_tokens: int
    cache_write_1h_tokens: int
    thinking_tokens: int
    web_search_requests: int
    estimated: bool
    price_version: str | None
    upstream: str | None
    caller: str
    user_agent: str | None
    organization_id: str
    user_id: str | None
    """The member whose key it was."""
    label: str | None
    """The cost centre."""
    counted: int
    """How many requests it counts against limits."""
    tries: tuple[Try, ...]
    """Each attempt."""
    read_ms: Decimal | None
    """From the request's head to its body's end; so do the next three count from the head on."""
    admitted_ms: Decimal | None
    sent_ms: Decimal | None
    head_ms: Decimal | None
    limit_wait_ms: Decimal | None
    """How long it waited for room in a limit."""
    limit_note: str | None
    """Which."""
    replay_of: str | None
    """The request whose answer it got, by its idempotency key."""
    policy_note: str | None
    """What policies found and did about it."""


TIMES = {"ttft_ms", "duration_ms", "read_ms", "admitted_ms", "sent_ms", "head_ms", "limit_wait_ms"}
OWN_UNITS = {"time", "cost_microusd", "tries", *TIMES}
SAME = frozenset(LogLine.__struct_fields__) - OWN_UNITS


def shown(entry: Entry) -> LogLine:
    """Return an entry in the outside's names and units."""
    return LogLine(
        time=iso(entry.time_us),
        cost_microusd=thousandths(entry.cost_nanousd),
        ttft_ms=thousandths(entry.ttft_us),
        duration_ms=thousandths(entry.duration_us),
        limit_wait_ms=thousandths(entry.limit_wait_us),
        tries=tuple(map(shown_try, entry.tries)),
        read_ms=thousandths(entry.times.read_us),
        admitted_ms=thousandths(entry.times.admitted_us),
        sent_ms=thousandths(entry.times.sent_us),
        head_ms=thousandths(entry.times.head_us),
        **{name: getattr(entry, name) for name in SAME},
    )


def shown_try(attempt: Attempt) -> Try:
    """Return an attempt in the outside's names and units."""
    return Try(
        attempt.upstream,
        attempt.model,
        attempt.status,
        attempt.fault,
        thousandths(attempt.begun_us),
        thousandths(attempt.duration_us),
        str(attempt.step),
        str(attempt.why),
        thousandths(attempt.wait_us),
    )


def thousandths(value: int | None) -> Decimal | None:
    """Return an integer's thousandth, exactly, without useless zeros."""
    if value is None:
        return None
    whole, rest = divmod(value, 1000)
    return Decimal(whole) if not rest else Decimal(value).scaleb(-3).normalize()


def to_json(line: LogLine) -> str:
    """Return the line of `yumen logs --json`."""
    return _encode(line).decode()
