"""Runs cases through both sides, and counts what came of them."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from random import Random

from fuzz.cases import cut, make_case
from fuzz.differences import explain
from fuzz.ours import our_outcome
from fuzz.theirs import their_outcome


@dataclass
class Report:
    """How the cases went."""

    cases: int = 0
    accepted: int = 0
    """Requests that both sides read, and alike."""
    stricter: int = 0
    """Cases in which we refused what h11 took: allowed, and looked at now and then."""
    listed: Counter[str] = field(default_factory=Counter)
    """Differences that have a reason."""
    defects: list[str] = field(default_factory=list)
    """Differences that have none, with what to repeat them by."""


async def run(seed: int, count: int) -> Report:
    """Run that many cases of a seed."""
    random = Random(seed)  # noqa: S311  (a run can be repeated; nothing is secret)
    report = Report()
    for _ in range(count):
        await run_case(make_case(random), random, report)
    return report


async def run_case(data: bytes, random: Random, report: Report) -> None:
    """Run one case: at once, and in pieces."""
    report.cases += 1
    ours, theirs = await our_outcome([data]), their_outcome(data)
    pieces = cut(data, random)
    again = await our_outcome(pieces)
    if (ours.requests, bool(ours.refused)) != (again.requests, bool(again.refused)):
        report.defects.append(f"in pieces it is something else: {pieces!r}\n  at once:   {ours}\n  in pieces: {again}")
    why = explain(data, ours, theirs)
    if why is None:
        report.defects.append(f"h11 reads it differently: {data!r}\n  ours:   {ours}\n  theirs: {theirs}")
    elif why:
        report.listed[why] += 1
    else:
        report.accepted += len(ours.requests)
        report.stricter += len(ours.requests) < len(theirs.requests)
