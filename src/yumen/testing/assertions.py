"""Assertions for what Claude answers: its form, its words, its schema; a failure says what differs and where."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from yumen.claude.sse import EventCutter, event_data, event_name
from yumen.lab.check import shapes, streams
from yumen.lab.check.values import Event, read_event
from yumen.lab.schema import flaws, unfenced

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from yumen.lab.check import Remark

RULES = (streams.naming, streams.order, streams.blocks, streams.deltas, streams.beginning, streams.ending, streams.counting, streams.pings)


def assert_message(message: object, *, text: str | None = None, stop_reason: str | None = None, tool: str | None = None) -> None:
    """Hold that it is a message of Claude's form, whose words match (`re.search`), that ended so, and that calls that tool.

    It may be the SDK's `Message`, a `yumen.Answer`, decoded JSON, or JSON as text or bytes. Raises AssertionError.
    """
    found = plain(message)
    stand(shapes.message(found), found)
    agree(found["stop_reason"], stop_reason, "the stop reason")
    match("".join(each.get("text", "") for each in found["content"] if each["type"] == "text"), text)
    if tool is not None:
        called = [each["name"] for each in found["content"] if each["type"] == "tool_use"]
        if tool not in called:
            raise AssertionError(f"the message calls {called or 'no tool'}, not {tool!r}")


def assert_stream(events: bytes | Iterable[object], *, text: str | None = None, stop_reason: str | None = None) -> None:
    """Hold that it is a whole stream of Claude's form: events in their order, blocks opened and closed, usage counted.

    It may be the SDK's events, decoded JSON, or the bytes of the answer. Raises AssertionError.
    """
    found = read_events(events) if isinstance(events, bytes) else [named(each) for each in map(plain, events)]
    found = [each for each in found if each.name in streams.KNOWN or not each.name]
    for rule in RULES:
        stand(rule(found), [each.name for each in found])
    delta = next(streams.part(each, "delta") for each in reversed(found) if each.name == "message_delta")
    agree(delta.get("stop_reason"), stop_reason, "the stop reason")
    match(streams.text_of(found), text)


def assert_schema(value: object, schema: Mapping[str, Any]) -> None:
    """Hold that a value fits a JSON schema: the text of a message, text that is JSON (alone or in one fence), or decoded JSON.

    Raises AssertionError with everything that does not fit.
    """
    found = plain(value) if not isinstance(value, str) else value
    if isinstance(found, dict) and found.get("type") == "message":
        found = "".join(each.get("text", "") for each in found["content"] if each["type"] == "text")
    if isinstance(found, str):
        try:
            found = json.loads(unfenced(found))
        except ValueError as error:
            raise AssertionError(f"this is no JSON ({error}): {found[:200]!r}") from None
    wrong = list(flaws(found, dict(schema)))
    if wrong:
        raise AssertionError(
            "\n".join([f"{len(wrong)} places do not fit the schema:", *wrong, json.dumps(found, ensure_ascii=False)[:500]])
        )


def plain(value: object) -> Any:  # noqa: ANN401  (decoded JSON)
    """Return what a value is as decoded JSON."""
    if not hasattr(value, "model_dump"):
        value = getattr(value, "message", value)  # a yumen.Answer has its message there
    if hasattr(value, "model_dump"):
        return value.model_dump(mode="json", warnings=False)
    return json.loads(value) if isinstance(value, bytes | str) else value


def read_events(data: bytes) -> list[Event]:
    """Return the events of an answer's bytes."""
    return [read_event(each) for each in EventCutter().feed(data) if event_name(each) or event_data(each)]


def named(event: Any) -> Event:  # noqa: ANN401  (decoded JSON)
    """Return decoded JSON as an event, whose name is its type."""
    return Event(str(event.get("type", "")) if isinstance(event, dict) else "", event)


def stand(remark: Remark | None, found: object) -> None:
    """Fail with a rule's remark."""
    if remark is not None:
        raise AssertionError(f"{remark}\nin {json.dumps(found, ensure_ascii=False, default=str)[:500]}")


def agree(found: object, wanted: object, what: str) -> None:
    """Fail where something is wanted and another is found."""
    if wanted is not None and found != wanted:
        raise AssertionError(f"{what} is {found!r}, not {wanted!r}")


def match(found: str, wanted: str | None) -> None:
    """Fail where the words do not match."""
    if wanted is not None and re.search(wanted, found) is None:
        raise AssertionError(f"the words do not match {wanted!r}: {found[:500]!r}")
