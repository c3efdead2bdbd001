"""An entry as `yumen logs --json` shows it: the names and units that people and programs outside rely on."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

import msgspec

from yumen.clock import iso

if TYPE_CHECKING:
    from yumen.ledger.entry import Entry

_encode = msgspec.json.Encoder(decimal_format="number").encode


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


SAME = frozenset(LogLine.__struct_fields__) - {"time", "cost_microusd", "ttft_ms", "duration_ms"}


def shown(entry: Entry) -> LogLine:
    """Return an entry in the outside's names and units."""
    return LogLine(
        time=iso(entry.time_us),
        cost_microusd=thousandths(entry.cost_nanousd),
        ttft_ms=thousandths(entry.ttft_us),
        duration_ms=thousandths(entry.duration_us),
        **{name: getattr(entry, name) for name in SAME},
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
