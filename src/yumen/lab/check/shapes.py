"""Rules about a message and its parts: each takes decoded JSON and returns what is wrong with it, or nothing."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from yumen.lab.check.values import flaw

if TYPE_CHECKING:
    from collections.abc import Mapping

    from yumen.lab.check.values import Remark

STOP_REASONS = frozenset(
    {"end_turn", "max_tokens", "stop_sequence", "tool_use", "pause_turn", "refusal", "model_context_window_exceeded", "compaction"}
)
"""`types/stop_reason.py` of the SDK, and the beta's."""
MESSAGE: Mapping[str, type] = {"id": str, "type": str, "role": str, "model": str, "content": list, "usage": dict}
BLOCKS: Mapping[str, Mapping[str, type]] = {
    "text": {"text": str},
    "thinking": {"thinking": str, "signature": str},
    "redacted_thinking": {"data": str},
    "tool_use": {"id": str, "name": str, "input": dict},
    "server_tool_use": {"id": str, "name": str, "input": dict},
}
"""What the commonest blocks hold; others are taken as they are."""
COUNTS = ("input_tokens", "output_tokens")
MORE_COUNTS = ("cache_creation_input_tokens", "cache_read_input_tokens")


def members(found: Mapping[str, Any], wanted: Mapping[str, type], place: str) -> Remark | None:
    """Look at the types of an object's members."""
    for name, kind in wanted.items():
        if name not in found:
            return flaw("{place} is missing", place=f"{place}.{name}")
        if not isinstance(found[name], kind):
            return flaw("{place} is {found}, not {wanted}", place=f"{place}.{name}", found=kind_of(found[name]), wanted=WORDS[kind])
    return None


def message(found: Any) -> Remark | None:  # noqa: ANN401  (decoded JSON)
    """Look at a whole message, as `POST /v1/messages` answers it."""
    if not isinstance(found, dict):
        return flaw("{place} is {found}, not {wanted}", place="$", found=kind_of(found), wanted=WORDS[dict])
    wrong = members(found, MESSAGE, "$")
    wrong = wrong or constant(found, "type", "message") or constant(found, "role", "assistant")
    return wrong or content(found["content"]) or stopping(found) or usage(found["usage"], "$.usage")


def constant(found: Mapping[str, Any], name: str, value: str, place: str = "$") -> Remark | None:
    """Look at a member that has one value."""
    if found.get(name) == value:
        return None
    return flaw("{place} is {found}, not {wanted}", place=f"{place}.{name}", found=repr(found.get(name)), wanted=repr(value))


def content(blocks: list[Any]) -> Remark | None:
    """Look at a message's blocks."""
    for place, each in enumerate(blocks):
        wrong = block(each, f"$.content[{place}]")
        if wrong:
            return wrong
    return None


def block(found: Any, place: str) -> Remark | None:  # noqa: ANN401  (decoded JSON)
    """Look at one block; a kind that is not known here is taken as it is."""
    if not isinstance(found, dict):
        return flaw("{place} is {found}, not {wanted}", place=place, found=kind_of(found), wanted=WORDS[dict])
    return members(found, {"type": str}, place) or members(found, BLOCKS.get(found["type"], {}), place)


def stopping(found: Mapping[str, Any]) -> Remark | None:
    """Look at why an answer ended, and whether the message agrees with it."""
    reason = found.get("stop_reason")
    if reason not in STOP_REASONS:
        return flaw("{place} is {found}, which is none of Claude's", place="$.stop_reason", found=repr(reason))
    if "stop_sequence" not in found:
        return flaw("{place} is missing", place="$.stop_sequence")
    sequence = found["stop_sequence"]
    if (reason == "stop_sequence") is not isinstance(sequence, str):
        return flaw("{place} is {found} beside the stop reason {reason}", place="$.stop_sequence", found=repr(sequence), reason=reason)
    return None


def usage(found: Any, place: str) -> Remark | None:  # noqa: ANN401  (decoded JSON)
    """Look at what was counted: whole numbers, none below zero."""
    if not isinstance(found, dict):
        return flaw("{place} is {found}, not {wanted}", place=place, found=kind_of(found), wanted=WORDS[dict])
    for name in COUNTS:
        if name not in found:
            return flaw("{place} is missing", place=f"{place}.{name}")
    for name in (*COUNTS, *MORE_COUNTS):
        if name in found and not is_count(found[name]) and not (name in MORE_COUNTS and found[name] is None):
            return flaw("{place} is {found}, which is no count", place=f"{place}.{name}", found=repr(found[name]))
    return None


def is_count(value: object) -> bool:
    """Whether that is a whole number from zero."""
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


def is_moment(text: str) -> bool:
    """Whether that is a moment of RFC 3339."""
    try:
        return datetime.fromisoformat(text).tzinfo is not None
    except ValueError:
        return False


def kind_of(value: object) -> str:
    """Return what JSON calls a value's kind."""
    return "null" if value is None else WORDS.get(type(value), type(value).__name__)


WORDS: Mapping[type, str] = {dict: "an object", list: "an array", str: "a string", int: "a number", float: "a number", bool: "a boolean"}
