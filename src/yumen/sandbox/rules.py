"""Rules: what a request must look like, and what is then answered. Pure: the file that holds them is read elsewhere."""

from __future__ import annotations

import re
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Literal

import msgspec

if TYPE_CHECKING:
    from collections.abc import Collection

    from yumen.sandbox.ask import Ask


class When(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a rule asks of a request; what is left out is not asked."""

    text: str | None = None
    """A regular expression, searched in the last user turn, upper and lower case alike."""
    system: str | None = None
    """The same, in the system prompt."""
    anywhere: str | None = None
    """The same, in the whole prompt."""
    model: str | None = None
    """A model's name, with * and ? as wildcards."""
    tool: str | None = None
    """A tool's name that must be on offer, with wildcards."""
    tool_result: bool | None = None
    """Whether the last turn brings a tool's result."""
    language: Literal["en", "zh"] | None = None
    """`zh`: the question holds Chinese characters."""


class ToolCall(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A tool to call, where it is on offer; without an input, one is filled from its schema."""

    name: str
    input: dict[str, object] | None = None


class ErrorReply(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An error to answer with; type and message default to what Claude says with that status."""

    status: int
    type: str | None = None
    message: str | None = None
    retry_after_s: float | None = None
    should_retry: bool | None = None


class Refuse(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A refusal in Claude's sense: an answer with `stop_reason: refusal`."""

    category: str | None = None
    explanation: str | None = "This request was refused by a rule of the sandbox."


class Trouble(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What goes wrong on the way: delays, a cut, an error in the stream, rubbish."""

    first_byte_ms: float = 0
    token_ms: float = 0
    """Between two pieces of a stream."""
    error_after: int | None = None
    """An `error` event after that many events."""
    cut_after: int | None = None
    """The connection is cut after that many events; 0: before anything."""
    rubbish: Literal["body", "event", "http"] | None = None
    """No JSON where JSON is due; an event that is none; a head that is not HTTP."""


class Wording(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One way to say it, and how likely it is beside the others."""

    text: str
    weight: float = 1.0


class Rule(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One rule: the first that fits a request answers it."""

    name: str
    when: When = When()
    times: int | None = None
    """Only the first so many fitting requests since the start or a reset."""
    text: str | list[str | Wording] | None = None
    thinking: str | None = None
    redacted_thinking: bool = False
    tools: list[ToolCall] = []
    error: ErrorReply | None = None
    refusal: Refuse | None = None
    stop_reason: str | None = None
    trouble: Trouble = Trouble()

    @property
    def wordings(self) -> list[Wording]:
        """The texts with their weights; listed best first, they weigh 1, 1/2, 1/3 … where nothing is said."""
        texts = [self.text] if isinstance(self.text, str) else self.text or []
        return [Wording(each, 1 / (place + 1)) if isinstance(each, str) else each for place, each in enumerate(texts)]


class Match(msgspec.Struct, frozen=True):
    """A rule that fits, and what its expression for the text caught."""

    rule: Rule
    groups: tuple[str, ...] = ()


def first_match(rules: Collection[Rule], ask: Ask, spent: Collection[str]) -> Match | None:
    """Return the first rule that fits; `spent` names those whose times are over."""
    for rule in rules:
        if rule.name not in spent and (match := fits(rule, ask)):
            return match
    return None


def fits(rule: Rule, ask: Ask) -> Match | None:
    """Return the match of one rule, None where it does not fit."""
    when = rule.when
    if not _names_fit(when, ask) or not _situation_fits(when, ask):
        return None
    if when.system is not None and not _search(when.system, ask.instructions):
        return None
    if when.anywhere is not None and not _search(when.anywhere, ask.everything):
        return None
    if when.text is None:
        return Match(rule)
    found = _search(when.text, ask.question)
    return Match(rule, tuple(group or "" for group in found.groups())) if found else None


def _names_fit(when: When, ask: Ask) -> bool:
    if when.model is not None and not fnmatchcase(ask.model, when.model):
        return False
    return when.tool is None or any(fnmatchcase(tool.name, when.tool) for tool in ask.tools)


def _situation_fits(when: When, ask: Ask) -> bool:
    if when.tool_result is not None and when.tool_result is not ask.last.has_result:
        return False
    return when.language is None or (when.language == "zh") is ask.chinese


def _search(pattern: str, text: str) -> re.Match[str] | None:
    return re.search(pattern, text, re.IGNORECASE)
