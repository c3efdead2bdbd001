"""The nouns of batches: one that is under way, and what its results add up to."""

from __future__ import annotations

from typing import Any

import msgspec

from yumen.claude.usage import Usage


class OpenBatch(msgspec.Struct, frozen=True):
    """A batch that was made and is not charged yet, with all that its entry in the ledger will need. Times are UTC microseconds."""

    id: str
    request_id: str
    """The request that made it; its hold, where it has one, has the same id."""
    created_us: int
    upstream: str
    organization_id: str
    workspace_id: str
    environment: str
    key_id: str
    user_id: str | None = None
    label: str | None = None
    api_version: str | None = None
    """The version that made it: its results use the same."""
    requests: int = 1
    expected_nanousd: int | None = None
    """What is charged where its results are gone before they could be read: what limits reserved for it; None: nobody knows."""
    opened_us: int = 0
    """When its hold was opened, by the clock of the limits' store."""
    demands: list[Any] = []
    """The hold's demands, as plain values; empty where no limit asked for money."""


class Sum(msgspec.Struct, frozen=True):
    """What the results of a batch add up to."""

    results: int = 0
    succeeded: int = 0
    model: str | None = None
    """The model that answered; None where there were several, or none."""
    usage: Usage = Usage()
    nanousd: int = 0
    unpriced: int = 0
    """Answers whose price is not known."""
    price_version: str | None = None
