"""`yumen logs explain`: one call's life in sentences, from its ledger entry."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Annotated

import typer

from yumen import errors
from yumen.cli.opened import opened_ledger, resolved_settings
from yumen.cli.options import Config, Data
from yumen.cli.printed import dollars, milliseconds
from yumen.clock import iso
from yumen.errors import Fault, OperatorError, first_line
from yumen.exchange.values import Outcome
from yumen.ledger import Filter

if TYPE_CHECKING:
    from collections.abc import Iterator

    from yumen.cli.console import Console
    from yumen.ledger import Entry

ENDINGS: dict[Outcome, str] = {
    Outcome.ANSWERED: "It was answered to the end with status {status}.",
    Outcome.REFUSED: "The gateway refused it with status {status}; nothing was sent upstream, nothing is charged.",
    Outcome.ERROR: "The upstream answered with an error, status {status}; nothing is charged.",
    Outcome.FAILED: "The upstream could not be reached, did not answer in time, or answered rubbish; the caller got status {status}.",
    Outcome.TRUNCATED: "The answer began and did not reach its end; what was seen of it is charged.",
    Outcome.CANCELLED: "The caller left before the end; what was seen of the answer is charged.",
    Outcome.INTERRUPTED: "The gateway died while it was open; what it may have cost is an estimate.",
}


def explain(
    ctx: typer.Context,
    request_id: Annotated[str, typer.Argument(metavar="REQUEST_ID", help="the request's id, which the answer's request-id header says")],
    *,
    data: Data = None,
    config: Config = None,
) -> None:
    """Explain one call."""
    above = ctx.parent.params if ctx.parent is not None else {}  # the two options may stand before `explain` as well as behind it
    settings = resolved_settings(ctx.obj, config or above.get("config"), data=data or above.get("data")).settings

    async def tell() -> None:
        async with opened_ledger(settings) as (reports, keys):
            found = await reports.find(Filter(request_id=request_id), 1)
            if not found:
                raise OperatorError("the ledger has no call {id}: yumen logs shows those it has", id=request_id)
            records = await keys.find([found[0].key_id])
            name = records[found[0].key_id].name if records else "?"
            for sentence, values in sentences(found[0], name):
                ctx.obj.line(sentence, **values)
            say_fault(ctx.obj, found[0])

    asyncio.run(tell())


def sentences(entry: Entry, key_name: str) -> Iterator[tuple[str, dict[str, object]]]:
    """Yield what there is to say of an entry, in the order in which it happened."""
    yield "{id}: {method} {path}", {"id": entry.request_id, "method": entry.method, "path": entry.path}
    yield (
        "It came at {time} from {caller} by key {key} ({key_id}, {environment}).",
        {"time": iso(entry.time_us), "caller": entry.caller, "key": key_name, "key_id": entry.key_id, "environment": entry.environment},
    )
    if entry.model is not None:
        values = {"model": entry.model, "characters": entry.prompt_characters, "bytes": entry.prompt_bytes}
        if entry.stream:
            yield "It asked {model} for a stream; its prompt had {characters} characters ({bytes} bytes).", values
        else:
            yield "It asked {model}; its prompt had {characters} characters ({bytes} bytes).", values
    if entry.upstream is not None:
        yield (
            "It was sent to {upstream} (attempts: {attempts}); there it is {upstream_id}.",
            {"upstream": entry.upstream, "attempts": entry.attempts, "upstream_id": entry.upstream_request_id or "?"},
        )
    times = {"ttft": milliseconds(entry.ttft_us), "duration": milliseconds(entry.duration_us), "overhead": entry.overhead_us}
    if entry.ttft_us is None:
        yield "It ended after {duration}; the gateway itself took {overhead} µs of that.", times
    else:
        yield "The answer's first byte left after {ttft}, its end after {duration}; the gateway itself took {overhead} µs of that.", times
    yield ENDINGS[entry.outcome], {"status": entry.status}
    yield from money(entry)


def money(entry: Entry) -> Iterator[tuple[str, dict[str, object]]]:
    """Yield what was used and what it cost."""
    if entry.model_answered is not None:
        yield "{model} answered and stopped because of {reason}.", {"model": entry.model_answered, "reason": entry.stop_reason or "?"}
    counted = {name: getattr(entry, name) for name in ("input_tokens", "cache_read_tokens", "cache_write_tokens", "output_tokens")}
    if any(counted.values()):
        yield (
            "Tokens: {input_tokens} fresh, {cache_read_tokens} read from cache, {cache_write_tokens} written to it, {output_tokens} out.",
            counted,
        )
    if entry.estimated:
        yield "The tokens are the gateway's estimate: the upstream's last word on them never came.", {}
    yield "It cost {cost} (prices: {version}).", {"cost": dollars(entry.cost_nanousd), "version": entry.price_version or "–"}


def say_fault(console: Console, entry: Entry) -> None:
    """Say which fault ended it, in the operator's language."""
    fault = getattr(errors, entry.fault or "", None)
    if isinstance(fault, type) and issubclass(fault, Fault):
        console.words.learn({first_line(fault): fault.chinese})
        console.line("What went wrong ({fault}): {message}", fault=fault.__name__, message=console.words.say(first_line(fault)))
    elif entry.fault is not None:
        console.line("What went wrong ({fault}): {message}", fault=entry.fault, message="–")
