"""What is asked of the ledger and what it answers: plain values between the store, the rules and the reports."""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple

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
    environment: str | None = None
    status_class: int | None = None
    """The first digit of the status, such as 4."""
    failed: bool = False
    """Only those whose status is 400 or above."""
    fault: str | None = None
    """The name of the fault that ended it."""
    flagged: bool = False
    """Only those of which a policy noted something."""
    cost_at_least: int | None = None
    """In nano-dollars."""
    duration_at_least_us: int | None = None
    text: str | None = None
    """A part of an id: the request's, the upstream's, the key's, or that of the request whose answer it got."""
    request_ids: tuple[str, ...] | None = None
    """Only these."""


ALL = Filter()


class Place(NamedTuple):
    """Where a page of the ledger ends: the next one has what is older."""

    time_us: int
    request_id: str


class LedgerPage(msgspec.Struct, frozen=True):
    """A page of the ledger, the newest entry first."""

    entries: list[Entry]
    next: Place | None
    """Where the next page begins; None: there is nothing older."""
    looked_back_to_us: int | None = None
    """Where looking ended, because so many entries had been looked at; None: it ended with the page, or with the span."""


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
