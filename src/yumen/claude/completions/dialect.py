"""The two dialects of Text Completions, and how a caller wants its answer."""

from __future__ import annotations

from enum import StrEnum

import msgspec

HUMAN = "\n\nHuman:"
ASSISTANT = "\n\nAssistant:"


class Dialect(StrEnum):
    """Which of the two forms an answer has; the value is the API version that began it."""

    CUMULATIVE = "2023-01-01"
    """Unnamed stream events, each with the whole text so far, and `[DONE]` at the end."""
    INCREMENTAL = "2023-06-01"
    """Named stream events, each with the text that is new."""


class LegacyForm(msgspec.Struct, frozen=True):
    """The form of one answer: its dialect, the model's name as the caller wrote it, and whether the prompt began the answer."""

    dialect: Dialect
    model: str
    prefilled: bool = False


def dialect_of(version: str | None) -> Dialect:
    """Return the dialect of an `anthropic-version`. The first Node client, which sent none, speaks the first."""
    return Dialect.CUMULATIVE if version in {None, "", Dialect.CUMULATIVE} else Dialect.INCREMENTAL


def legacy_stop(reason: str, sequence: str | None) -> tuple[str, str | None]:
    """Return `stop_reason` and `stop` as 2023 knew them.

    A turn that ended by itself ended then in the built-in stop sequence. What 2023 did not know, such as `refusal`, keeps its
    name, so that no program takes it for a full answer.
    """
    if reason == "end_turn":
        return "stop_sequence", HUMAN
    if reason == "stop_sequence":
        return reason, sequence
    if reason in {"max_tokens", "model_context_window_exceeded"}:
        return "max_tokens", None
    return reason, None


def completion_id(message_id: str) -> str:
    """Return the id of a completion made of a message: the same characters under the prefix of 2023."""
    return "compl_" + message_id.removeprefix("msg_")


def completion_text(text: str, form: LegacyForm) -> str:
    """Return the answer's text, which began with a space unless the prompt had begun the answer already."""
    return text if form.prefilled or not text or text[0].isspace() else " " + text
