"""What is asked of the ledger and what it answers: plain values between the store, the rules and the reports."""

from __future__ import annotations

from enum import StrEnum

import msgspec

from yumen.ledger.entry import Entry


class Batch(msgspec.Struct, frozen=True):
    """Entries of one journal segment, in its order, and how far the segment is in the store once they are."""

    entries: list[Entry]
    segment: str
    position: int
    start: int = 0
    """How far it must be in the store before."""


class By(StrEnum):
    """What usage can be grouped by."""

    KEY = "key"
    MODEL = "model"
    DAY = "day"
    WORKSPACE = "workspace"
    ORGANIZATION = "organization"
    MEMBER = "member"
    LABEL = "label"
    ASKED = "asked"
    """The model as it was asked for."""


class Filter(msgspec.Struct, frozen=True):
    """Which entries are wanted; None: all. Times are UTC microseconds, from `since_us` on and before `until_us`."""

    key_id: str | None = None
    model: str | None = None
    """The model that was asked for or that answered."""
    status: int | None = None
    outcome: str | None = None
    request_id: str | None = None
    since_us: int | None = None
    until_us: int | None = None
    organization_id: str | None = None
    workspace_id: str | None = None
    user_id: str | None = None
    label: str | None = None
    without: tuple[str, ...] = ()
    """Organizations whose entries are not wanted."""


ALL = Filter()


class UsageRow(msgspec.Struct, frozen=True):
    """Sums over the entries of one group. A field that was not grouped by is None."""

    key_id: str | None = None
    model: str | None = None
    day: int | None = None
    """Days since 1970, UTC."""
    requests: int = 0
    input_tokens: int = 0
    output_tokens: int = 0
    cache_read_tokens: int = 0
    cache_write_tokens: int = 0
    cost_nanousd: int = 0
    """The sum of the costs that are known."""
    unpriced: int = 0
    """Requests whose cost is not known."""
    estimated: int = 0
    """Requests whose token counts are ours rather than Claude's word."""
    counted: int = 0
    """Requests that count against limits of requests: those that were sent to make tokens."""
    workspace_id: str | None = None
    organization_id: str | None = None
    user_id: str | None = None
    """None: of no member."""
    label: str | None = None
    """None: of no label."""
    asked: str | None = None
    """The model as it was asked for."""


class Integrity(msgspec.Struct, frozen=True):
    """What a check of the store found."""

    sound: bool
    detail: str
    entries: int
