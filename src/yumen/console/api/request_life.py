"""One request's life by the admin API: what happened when, what took how long, what it cost by class, and why it ended as it did."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Annotated, Any

import msgspec

from yumen import errors
from yumen.console.api.operation import Nothing, Operation
from yumen.errors import Fault, NotFound, first_line
from yumen.ledger.bars import bars
from yumen.ledger.query import Filter
from yumen.ledger.shown import LogLine, shown, thousandths
from yumen.ledger.timeline import ENDINGS, STEP, WHY, overhead, timeline
from yumen.meter.bill import closing
from yumen.organizations.permissions import Action

if TYPE_CHECKING:
    from yumen.console.api.call import Call
    from yumen.ledger.entry import Entry
    from yumen.ledger.timeline import Moment

UNKNOWN_KEY = "?"
Values = Annotated[dict[str, str], msgspec.Meta(description="What stands in the sentence's places.")]


class Sentence(msgspec.Struct, frozen=True, kw_only=True):
    """Something that is said, with its values."""

    sentence: str
    values: Values
    amount_microusd: Decimal | None = None


class Happening(msgspec.Struct, frozen=True, kw_only=True):
    """Something that happened, so long after the request's arrival."""

    event: str
    at_ms: Decimal | None
    took_ms: Decimal | None
    sentence: str
    values: Values
    why: str | None
    """What an attempt's end meant."""
    step: str | None
    """What followed."""


class TimePart(msgspec.Struct, frozen=True, kw_only=True):
    """A part of its time: read, gateway, wait, attempt, pause, after, stream."""

    kind: str
    begun_us: int
    took_us: int
    number: int
    upstream: str
    failed: bool


class RequestLife(msgspec.Struct, frozen=True, kw_only=True):
    """One request."""

    request: LogLine
    key_name: str | None
    """None: the key is gone."""
    parts: list[TimePart]
    timeline: list[Happening]
    overhead_us: dict[str, int]
    """What the gateway itself took, by part."""
    ending: Sentence
    fault_message: str | None
    bill: list[Sentence]
    """Each class of tokens at its price; empty for whoever may not see costs."""
    remarks: list[Sentence]
    """What must be said of the sum."""
    conversation_id: str | None
    """The stored conversation that it was a turn of."""
    content_kept: bool
    """Whether what was asked and answered is kept, for those who may read it."""


async def retrieve(call: Call, _: Nothing) -> RequestLife:
    """Tell one request's life."""
    entry = await entry_of(call)
    records = await call.services.keys.find([entry.key_id])
    name = records[entry.key_id].name if entry.key_id in records else None
    money = bill_of(call, entry)
    ending = ENDINGS[entry.outcome]
    shared = entry if call.may(Action.COST_READ) else msgspec.structs.replace(entry, cost_nanousd=None)
    return RequestLife(
        request=shown(shared),
        key_name=name,
        parts=[TimePart(**msgspec.structs.asdict(bar)) for bar in bars(entry)],
        timeline=[happening(moment) for moment in timeline(entry, name or UNKNOWN_KEY)],
        overhead_us={share.part: share.us for share in overhead(entry)},
        ending=Sentence(sentence=ending, values={"status": str(entry.status)}),
        fault_message=fault_message(entry),
        bill=money[0],
        remarks=money[1],
        conversation_id=await conversation_of(call, entry),
        content_kept=await content_kept(call, entry),
    )


async def entry_of(call: Call) -> Entry:
    """Return the request that the path names, of this organization. Raises NotFound."""
    wanted = Filter(request_id=call.path["request_id"], organization_id=call.organization_id)
    found = await call.services.reports.find(wanted, 1)
    if not found:
        raise NotFound
    return found[0]


def happening(moment: Moment) -> Happening:
    """Show what happened."""
    why, step = (None, None) if moment.why is None else (WHY[moment.why[0]], STEP[moment.why[1]])
    return Happening(
        event=moment.event,
        at_ms=thousandths(moment.at_us),
        took_ms=thousandths(moment.took_us),
        sentence=moment.sentence,
        values=texts(moment.values),
        why=why,
        step=step,
    )


def bill_of(call: Call, entry: Entry) -> tuple[list[Sentence], list[Sentence]]:
    """Return what it cost by class, and what must be said of the sum."""
    if not call.may(Action.COST_READ):
        return [], []
    bill = call.services.bill_of(entry)
    lines = [Sentence(sentence=said.sentence, values=texts(said.values), amount_microusd=thousandths(said.nanousd)) for said in bill.lines]
    return lines, [Sentence(sentence=said.sentence, values=texts(said.values)) for said in closing(entry, bill)]


def texts(values: dict[str, Any]) -> dict[str, str]:
    """Return values as they are said."""
    return {name: str(value) for name, value in values.items()}


def fault_message(entry: Entry) -> str | None:
    """Return what the fault that ended it says of itself."""
    fault = getattr(errors, entry.fault or "", None)
    return first_line(fault) if isinstance(fault, type) and issubclass(fault, Fault) else None


async def conversation_of(call: Call, entry: Entry) -> str | None:
    """Return the stored conversation that it was a turn of, for whoever may read one."""
    if not call.may(Action.CONVERSATION_READ):
        return None
    shelf = call.services.sessions.of(call.organization_id).shelf
    asked = await shelf.asked_by(entry.request_id)
    session = None if asked is None else await shelf.find(entry.workspace_id, asked.name)
    return None if session is None else session.id


async def content_kept(call: Call, entry: Entry) -> bool:
    """Whether its content is kept."""
    if not call.may(Action.CONTENT_READ):
        return False
    return await call.services.contents.of(call.organization_id).find(entry.request_id) is not None


OPERATIONS = (
    Operation(
        method="GET",
        path="/v1/organizations/requests/{request_id}",
        name="requests.retrieve",
        summary="Tell one request's life: each part's time, each attempt, its cost by class, and why it ended as it did",
        action=Action.REQUEST_READ,
        handler=retrieve,
        answer=RequestLife,
    ),
)
