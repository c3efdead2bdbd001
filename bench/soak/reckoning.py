"""Compares what callers got with what the ledger holds: each exchange once, and with the right outcome."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

import msgspec

from bench.soak.storm import Storm

UNENDED = frozenset({"answered", "cancelled", "interrupted", "truncated", "failed"})
"""What an exchange can be whose last byte the caller did not get."""
SHOWN = 5


class Reckoning(msgspec.Struct):
    """The comparison; with nothing missing, twice or wrong, the books are right."""

    complete: int = 0
    """Good answers that came to their end."""
    broken: int = 0
    """Answers that began and did not come to their end."""
    interrupted: int = 0
    """Entries of exchanges that the gateway's death ended."""
    missing: list[str] = []
    twice: list[str] = []
    wrong: list[str] = []
    unknown: int = 0
    """Entries of requests whose caller got no head."""

    @property
    def right(self) -> bool:
        """Whether nothing is missing, twice or wrong."""
        return not (self.missing or self.twice or self.wrong)

    def __str__(self) -> str:
        faults = [f"{name}: {getattr(self, name)[:SHOWN]}" for name in ("missing", "twice", "wrong") if getattr(self, name)]
        counts = f"{self.complete} complete, {self.broken} broken, {self.interrupted} interrupted"
        return f"{counts}; {'; '.join(faults) if faults else 'each exactly once'}"


def reckon(storms: Iterable[Storm], entries: Iterable[tuple[str, str]]) -> Reckoning:
    """Compare the callers' answers with the ledger's (request id, outcome)."""
    held = list(entries)
    outcomes = dict(held)
    told = Reckoning(
        interrupted=sum(outcome == "interrupted" for _, outcome in held),
        twice=[request_id for request_id, count in Counter(request_id for request_id, _ in held).items() if count > 1],
    )
    seen = 0
    for storm in storms:
        for answer in storm.answers:
            seen += 1
            outcome = outcomes.get(answer.request_id)
            told.complete += answer.complete
            told.broken += not answer.whole
            if outcome is None:
                told.missing.append(f"{answer.request_id} ({answer.status})")
            elif (answer.complete and outcome != "answered") or (not answer.whole and outcome not in UNENDED):
                told.wrong.append(f"{answer.request_id} ({answer.status}): {outcome}")
    told.unknown = len(held) - seen
    return told
