"""The ledger by the admin API: a page of requests, all of them as a stream, and each new one as it comes."""

from __future__ import annotations

from contextlib import aclosing
from typing import TYPE_CHECKING, Any

import msgspec

from yumen.clock import iso
from yumen.console.api import request_life
from yumen.console.api.conversations import index_of, owners_of
from yumen.console.api.operation import Operation
from yumen.console.api.request_fields import (
    LEAST_BEGINNING,
    AskLedgerExport,
    AskLedgerLive,
    AskRequests,
    cursor_of,
    filter_of,
    place_of,
)
from yumen.console.api.request_lines import HEAD, KINDS, Shape, line_of
from yumen.console.api.streams import Stream
from yumen.ledger.rules import matches
from yumen.ledger.shown import LogLine, shown, to_json
from yumen.organizations.permissions import Action

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from yumen.console.api.call import Call
    from yumen.ledger.entry import Entry
    from yumen.ledger.query import Filter, Place

ALL = "/v1/organizations/requests"
AT_ONCE = 500
"""Entries of an export in memory."""
CONVERSATION = "sess_"
TURNS = 1000
"""So many turns of a conversation are looked for, the last ones."""
ROUND_S = 1.0
QUIET_ROUNDS = 15
"""After so many rounds without a request, a comment tells whether anybody is still there."""
EVENTS = "text/event-stream"


class RequestPage(msgspec.Struct, frozen=True, kw_only=True):
    """A page of the ledger, the newest request first."""

    data: list[LogLine]
    has_more: bool
    next_page: str | None
    """Where to go on; a page may be short, or empty, with a next one behind it."""
    looked_back_to: str | None
    """Until when was looked, where a page ends because so many requests were looked at for what no index leads to."""


async def page(call: Call, asked: AskRequests) -> RequestPage:
    """Return a page."""
    wanted = await with_turns(call, filter_of(call, asked))
    found = await by_beginning(call, asked.search, wanted, asked.limit) if asked.page is None else []
    if found:
        return RequestPage(data=[line(call, entry) for entry in found], has_more=False, next_page=None, looked_back_to=None)
    read = await call.services.reports.page(wanted, place_of(asked.page), asked.limit)
    looked_back_to = None if read.looked_back_to_us is None else iso(read.looked_back_to_us)
    lines = [line(call, entry) for entry in read.entries]
    return RequestPage(data=lines, has_more=read.next is not None, next_page=cursor_of(read.next), looked_back_to=looked_back_to)


async def by_beginning(call: Call, search: str | None, wanted: Filter, limit: int) -> list[Entry]:
    """Return the requests whose id begins with what is looked for, whenever they were, and that fit all other filters."""
    text = (search or "").strip()
    if len(text) < LEAST_BEGINNING:
        return []
    found = await call.services.reports.beginning(call.organization_id, text, limit)
    otherwise = msgspec.structs.replace(wanted, text=None, since_us=None, until_us=None)
    return [entry for entry in found if matches(otherwise, entry)]


async def with_turns(call: Call, wanted: Filter) -> Filter:
    """Return the filter; where a stored conversation's id is looked for, that of the requests which were its turns, whenever they were."""
    if wanted.text is None or not wanted.text.startswith(CONVERSATION):
        return wanted
    summed = await index_of(call).by_id(await owners_of(call), wanted.text)
    if summed is None:
        return wanted
    read = await call.services.sessions.of(call.organization_id).shelf.read(summed.session.owner, summed.session.name)
    turns = () if read is None else read[1][-TURNS:]
    ids = tuple(turn.request_id for turn in turns)
    return msgspec.structs.replace(wanted, text=None, request_ids=ids, since_us=None)


def line(call: Call, entry: Entry) -> LogLine:
    """Show an entry, without what it cost to whoever may not see costs."""
    return shown(entry if call.may(Action.COST_READ) else msgspec.structs.replace(entry, cost_nanousd=None))


async def export(call: Call, asked: AskLedgerExport) -> Stream:
    """Write all of them, page by page, however many they are."""
    wanted = await with_turns(call, filter_of(call, asked))
    found = await by_beginning(call, asked.search, wanted, AT_ONCE)
    lines = written(call, found, asked.format) if found else exported(call, wanted, asked.format)
    name = f"requests.{asked.format}"
    headers = {"content-disposition": f'attachment; filename="{name}"'}
    return Stream(call, lines, KINDS[asked.format], headers)


async def written(call: Call, found: list[Entry], shape: Shape) -> AsyncIterator[bytes]:
    """Yield lines that are there already."""
    yield HEAD[shape] + b"".join(line_of(line(call, entry), shape) for entry in found)


async def exported(call: Call, wanted: Filter, shape: Shape) -> AsyncIterator[bytes]:
    """Yield the lines, the newest first."""
    yield HEAD[shape]
    after: Place | None = None
    while True:
        read = await call.services.reports.page(wanted, after, AT_ONCE)
        yield b"".join(line_of(line(call, entry), shape) for entry in read.entries)
        after = read.next
        if after is None:
            return


async def live(call: Call, asked: AskLedgerLive) -> Stream:
    """Send each new one as it is written down: events of the kind that browsers read (EventSource)."""
    return Stream(call, events(call, filter_of(call, asked), asked), EVENTS, {"x-accel-buffering": "no"})


async def events(call: Call, wanted: Filter, asked: AskLedgerLive) -> AsyncIterator[bytes]:
    """Yield events, a round a second."""
    yield b"retry: 2000\n\n"
    coming = msgspec.structs.replace(wanted, since_us=None, until_us=None)
    watching: Any = call.services.reports.watch(coming, asked.last_event_id, interval_s=ROUND_S)
    quiet = 0
    async with aclosing(watching):
        for _ in range(asked.seconds):
            entries, place = await anext(watching)
            quiet = 0 if entries else quiet + 1
            if entries:
                yield b"".join(f"id: {place}\ndata: {to_json(line(call, entry))}\n\n".encode() for entry in entries)
            elif quiet % QUIET_ROUNDS == 0:
                yield b": nothing new\n\n"


OPERATIONS = (
    Operation(
        method="GET",
        path=ALL,
        name="requests.list",
        summary="List requests, the newest first: by key, workspace, member, model, status, outcome, fault, policy, cost, duration or id",
        action=Action.REQUEST_READ,
        handler=page,
        asked=AskRequests,
        answer=RequestPage,
    ),
    Operation(
        method="GET",
        path=f"{ALL}/export",
        name="requests.export",
        summary="Export requests as lines of JSON or as CSV, however many they are",
        action=Action.REQUEST_READ,
        handler=export,
        asked=AskLedgerExport,
        answer=str,
        media=KINDS["jsonl"],
        also=(KINDS["csv"],),
    ),
    Operation(
        method="GET",
        path=f"{ALL}/live",
        name="requests.live",
        summary="Send each new request as an event, as it is written down",
        action=Action.REQUEST_READ,
        handler=live,
        asked=AskLedgerLive,
        answer=str,
        media=EVENTS,
    ),
    *request_life.OPERATIONS,
)
