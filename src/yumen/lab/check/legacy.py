"""Rules about Text Completions, in their two dialects."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from yumen.lab.check.answers import offered
from yumen.lab.check.refusals import GOOD, message_of
from yumen.lab.check.shapes import constant, members
from yumen.lab.check.values import absent, flaw

if TYPE_CHECKING:
    from collections.abc import Callable

    from yumen.lab.check.values import Exchange, Remark

REASONS = frozenset({"stop_sequence", "max_tokens"})
DONE = "[DONE]"


def spoken(judge: Callable[[Exchange], Remark | None]) -> Callable[[Exchange], Remark | None]:
    """Return a rule about 2023-01-01: a server that refuses the version, or wants one, does not offer it."""

    def judged(exchange: Exchange) -> Remark | None:
        if exchange.status not in GOOD and "anthropic-version" in message_of(exchange):
            return absent("the API version is refused: {reason}", reason=message_of(exchange))
        return offered(judge)(exchange)

    return judged


def completion(exchange: Exchange) -> Remark | None:
    """What 2023-06-01 answers."""
    found = exchange.object
    wrong = members(found, {"id": str, "type": str, "completion": str, "model": str}, "$") or constant(found, "type", "completion")
    return wrong or stop_reason(found.get("stop_reason"))


def first_completion(exchange: Exchange) -> Remark | None:
    """What 2023-01-01 answers, which is also spoken to programs that name no version."""
    found = exchange.object
    wrong = members(found, {"completion": str, "truncated": bool, "log_id": str, "model": str}, "$")
    if wrong:
        return wrong
    missing = next((name for name in ("stop", "exception") if name not in found), None)
    return flaw("{place} is missing", place=f"$.{missing}") if missing else stop_reason(found.get("stop_reason"))


def completion_stream(exchange: Exchange) -> Remark | None:
    """2023-06-01 streams events with names, piece by piece; the last says why it ended."""
    events = [event for event in exchange.events if event.name == "completion"]
    if not events or any(not isinstance(event.object.get("completion"), str) for event in events):
        return flaw("there is no event {name} with words in it", name="completion")
    if any(event.data == DONE for event in exchange.events):
        return flaw("the stream holds {name}, which belongs to 2023-01-01", name=DONE)
    return stop_reason(events[-1].object.get("stop_reason"))


def first_stream(exchange: Exchange) -> Remark | None:
    """2023-01-01 streams data without names, each holding the whole text so far, and ends with [DONE]."""
    events = [event for event in exchange.events if event.name != "ping"]
    if any(event.name for event in events):
        return flaw("events have names, which the programs of that time take for JSON")
    if not events or events[-1].data != DONE:
        return flaw("the stream does not end with one {name}", name=DONE)
    texts = [str(event.object.get("completion")) for event in events[:-1]]
    if any(not later.startswith(earlier) for earlier, later in pairwise(texts)):
        return flaw("an event does not repeat the text so far")
    return stop_reason(events[-2].object.get("stop_reason")) if texts else flaw("there are no events")


def stop_reason(found: object) -> Remark | None:
    """One of the two reasons of that time."""
    return None if found in REASONS else flaw("{place} is {found}, which is none of Claude's", place="stop_reason", found=repr(found))
