"""`yumen logs explain`: one call's life as a time line, each millisecond and each micro-dollar of it, from its ledger entry."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Annotated

import msgspec
import typer

from yumen import errors
from yumen.cli.opened import opened_desk, opened_ledger, resolved_settings
from yumen.cli.options import AsJson, Config, Data
from yumen.cli.printed import dollars
from yumen.clock import iso
from yumen.errors import Fault, OperatorError, first_line
from yumen.ledger import Entry, Filter, Kind, shown
from yumen.ledger.shown import thousandths
from yumen.ledger.timeline import COLUMNS, ENDINGS, OWN_COLUMNS, SCOPES, STEP, WHY, overhead, timeline
from yumen.meter import SANDBOX
from yumen.meter.bill import COLUMNS as MONEY_COLUMNS
from yumen.meter.bill import Bill, bill, closing
from yumen.sessions.shelf_sql import SqlSessionShelf
from yumen.sessions.values import Asked

if TYPE_CHECKING:
    from yumen.cli.console import Console
    from yumen.ledger.timeline import Moment
    from yumen.meter.bill import Said
    from yumen.settings import Settings


def explain(
    ctx: typer.Context,
    request_id: Annotated[str, typer.Argument(metavar="REQUEST_ID", help="the request's id, which the answer's request-id header says")],
    *,
    as_json: AsJson = False,
    data: Data = None,
    config: Config = None,
) -> None:
    """Explain one call."""
    from yumen.app.ledger import prices_of

    above = ctx.parent.params if ctx.parent is not None else {}  # the options may stand before `explain` as well as behind it
    settings = resolved_settings(ctx.obj, config or above.get("config"), data=data or above.get("data")).settings

    async def tell() -> None:
        async with opened_ledger(settings) as (reports, keys):
            found = await reports.find(Filter(request_id=request_id), 1)
            if not found:
                raise OperatorError("the ledger has no call {id}: yumen logs shows those it has", id=request_id)
            entry = found[0]
            records = await keys.find([entry.key_id])
            sandboxed = (entry.price_version or "").startswith(SANDBOX)
            name = records[entry.key_id].name if entry.key_id in records else "?"
            life = Life(entry, name, bill(entry, prices_of(settings, sandboxed=sandboxed)), await turn_of(settings, request_id))
            if as_json or above.get("as_json"):
                ctx.obj.raw(as_object(life))
            else:
                say(ctx.obj, life)

    asyncio.run(tell())


async def turn_of(settings: Settings, request_id: str) -> Asked | None:
    """Return which turn of a stored conversation the call was, if it was one."""
    async with opened_desk(settings) as desk:
        for shelf in desk.compartments.stores(SqlSessionShelf).every():
            if (found := await shelf.asked_by(request_id)) is not None:
                return found
    return None


class Life(msgspec.Struct, frozen=True):
    """What there is to tell."""

    entry: Entry
    key_name: str
    bill: Bill
    turn: Asked | None = None


def say(console: Console, life: Life) -> None:
    """Tell it in the operator's language."""
    entry = life.entry
    console.line("{id}: {method} {path}, {time}", id=entry.request_id, method=entry.method, path=entry.path, time=iso(entry.time_us))
    if entry.kind is Kind.BATCH:
        console.line("It stands for a whole batch: what its results used, each at its own price, written when it had ended.")
    elif entry.kind is Kind.REFUSALS:
        console.line("It stands for {count} refusals that came too fast to be written one by one.", count=entry.count)
    if entry.model is not None:
        values = {"model": entry.model, "characters": entry.prompt_characters, "bytes": entry.prompt_bytes}
        console.line("It asked {model}; its prompt had {characters} characters ({bytes} bytes).", **values)
    if life.turn is not None:
        state = console.words.say(life.turn.state.value)
        console.line("It was turn {number} of the session {name} ({state}).", number=life.turn.number, name=life.turn.name, state=state)
    rows = [(decimals(moment.at_us), decimals(moment.took_us), told(console, moment)) for moment in timeline(entry, life.key_name)]
    console.table(COLUMNS, rows)
    say_own_time(console, entry)
    console.line(ENDINGS[entry.outcome], status=entry.status)
    say_fault(console, entry)
    if entry.model_answered is not None:
        console.line("{model} answered and stopped because of {reason}.", model=entry.model_answered, reason=entry.stop_reason or "?")
    if entry.upstream_request_id is not None:
        console.line("The upstream knows it as {id}.", id=entry.upstream_request_id)
    say_money(console, life)


def told(console: Console, moment: Moment) -> str:
    """Return a moment's sentence, with the reason of what followed."""
    say, values = console.words.say, moment.values
    if "limit" in values:
        kind, _, scope = str(values["limit"]).partition(" of the ")
        values = {"limit": say(SCOPES.get(scope, "{limit}"), limit=kind)}
    text = say(moment.sentence, **values)
    if moment.why is None:
        return text
    why, step = moment.why
    return say("{what} – {why}; {step}", what=text, why=say(WHY[why]), step=say(STEP[step]))


def say_own_time(console: Console, entry: Entry) -> None:
    """Tell what of the time was the gateway's own."""
    shares = overhead(entry)
    if shares:
        console.line("The gateway itself took {us} µs.", us=f"{entry.overhead_us:,}")
        console.table(OWN_COLUMNS, [(f"{share.us:,}", console.words.say(share.sentence)) for share in shares])


def say_money(console: Console, life: Life) -> None:
    """Tell what it cost, and by what."""
    entry = life.entry
    if life.bill.lines:
        rows = [(decimals(said.nanousd), console.words.say(said.sentence, **said.values)) for said in life.bill.lines]
        console.table(MONEY_COLUMNS, rows)
    console.line("It cost {cost} (prices: {version}).", cost=dollars(entry.cost_nanousd), version=entry.price_version or "–")
    if (entry.price_version or "").startswith(SANDBOX):
        console.line("The sandbox answered: it is priced as the model is, and nobody pays it.")
    for said in closing(entry, life.bill):
        console.line(said.sentence, **said.values)


def decimals(value: int | None) -> str:
    """Return a thousandth of an integer with all its decimals, so that points stand below each other; nothing for None."""
    return "" if value is None else f"{value // 1000:,}.{value % 1000:03d}"


def say_fault(console: Console, entry: Entry) -> None:
    """Say which fault ended it, in the operator's language."""
    fault = getattr(errors, entry.fault or "", None)
    if isinstance(fault, type) and issubclass(fault, Fault):
        console.words.learn({first_line(fault): fault.chinese})
        console.line("What went wrong ({fault}): {message}", fault=fault.__name__, message=console.words.say(first_line(fault)))
    elif entry.fault is not None:
        console.line("What went wrong ({fault}): {message}", fault=entry.fault, message="–")


def as_object(life: Life) -> str:
    """Return it as one JSON object: names and numbers for programs, the sentences in English."""
    entry = life.entry
    told_of = {
        "entry": shown(entry),
        "key": life.key_name,
        "session": None if life.turn is None else msgspec.to_builtins(life.turn),
        "timeline": [object_of(moment) for moment in timeline(entry, life.key_name)],
        "overhead_us": {share.part: share.us for share in overhead(entry)},
        "cost": [line_of(said) for said in life.bill.lines],
        "recomputed_microusd": thousandths(life.bill.nanousd),
    }
    return msgspec.json.Encoder(decimal_format="number").encode(told_of).decode()


def object_of(moment: Moment) -> dict[str, object]:
    """Return a moment for programs."""
    found: dict[str, object] = {
        "event": moment.event,
        "at_ms": thousandths(moment.at_us),
        "took_ms": thousandths(moment.took_us),
        "said": moment.sentence.format(**moment.values),
    }
    return found if moment.why is None else found | {"why": str(moment.why[0]), "step": str(moment.why[1])}


def line_of(said: Said) -> dict[str, object]:
    """Return a line about money for programs."""
    return {"said": said.sentence.format(**said.values), "microusd": thousandths(said.nanousd)}
