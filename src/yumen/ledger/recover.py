"""After a death: exchanges that were sent and have no end in the journal become `interrupted` entries, charged by estimate."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, NamedTuple

from yumen.exchange.values import Attempt, Outcome, Step, Why
from yumen.ledger.entry import Entry, Kind, Opened
from yumen.ledger.lines import ENTRY, OPENED, read_opened, request_id
from yumen.ledger.tail import read_lines

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

    from yumen.claude import Usage
    from yumen.exchange.values import Cost
    from yumen.ledger.journal import Journal
    from yumen.ledger.segment import Segment

    Estimate = Callable[[Opened], tuple[Usage, Cost | None]]
    """What an exchange used, as far as can be told from its opening, and what that costs."""


class Replay(NamedTuple):
    """What the files of dead processes say."""

    unended: list[Opened]
    entries: int
    torn: int


def replay(paths: Iterable[Path]) -> Replay:
    """Read journal files, oldest first, and match openings with ends; what is held in memory is the open exchanges alone."""
    opened: dict[str, bytes] = {}
    entries = torn = 0
    for path in paths:
        for line in read_lines(path):
            if line.tag == OPENED:
                opened[request_id(line.payload)] = line.payload
            elif line.tag == ENTRY:
                opened.pop(request_id(line.payload), None)
                entries += 1
            else:
                torn += 1
    return Replay([read_opened(payload) for payload in opened.values()], entries, torn)


async def recover(journal: Journal, adopted: list[Segment], estimate: Estimate) -> Replay:
    """Write the entries of exchanges that never ended and let go of the adopted segments. Doing it twice does no harm.

    Where the disk has no room for them yet, they are owed in memory and the segments stay, so that a further death loses nothing.
    """
    found = await asyncio.to_thread(replay, [segment.path for segment in adopted])
    for opened in found.unended:
        journal.owe(interrupted(opened, *estimate(opened)))
    if journal.pay():
        for segment in adopted:
            segment.holds -= 1
    return found


def interrupted(opened: Opened, usage: Usage, cost: Cost | None) -> Entry:
    """Return the entry of an exchange whose end nobody saw."""
    return Entry(
        request_id=opened.request_id,
        time_us=opened.time_us,
        kind=Kind.EXCHANGE,
        key_id=opened.key_id,
        environment=opened.environment,
        workspace_id=opened.workspace_id,
        method=opened.method,
        path=opened.path,
        model=opened.model,
        model_answered=None,
        stream=opened.stream,
        status=0,
        outcome=Outcome.INTERRUPTED,
        fault=None,
        attempts=len(opened.tries) + 1,
        prompt_characters=opened.prompt_characters,
        prompt_bytes=opened.prompt_bytes,
        input_tokens=usage.input_tokens,
        output_tokens=usage.output_tokens,
        estimated=opened.billable,
        cost_nanousd=None if cost is None else cost.nanousd,
        price_version=None if cost is None else cost.price_version,
        upstream=opened.upstream,
        organization_id=opened.organization_id,
        user_id=opened.user_id,
        label=opened.label,
        counted=opened.counted,
        tries=opened.tries if opened.upstream is None else (*opened.tries, last_of(opened, opened.upstream)),
    )


def last_of(opened: Opened, upstream: str) -> Attempt:
    """Return the attempt that was under way."""
    return Attempt(upstream, None, 0, model=opened.model_sent, step=Step.GIVE_UP, why=Why.LOST)
