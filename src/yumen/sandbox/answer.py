"""An answer before it takes the shape of the wire: its parts in order, why it ended, and what it used."""

from __future__ import annotations

import msgspec


class Text(msgspec.Struct, frozen=True):
    """Words."""

    text: str


class Thought(msgspec.Struct, frozen=True):
    """Thinking; `shown` is what the caller sees of it."""

    text: str
    shown: str
    signature: str


class Redacted(msgspec.Struct, frozen=True):
    """Thinking that nobody may read."""

    data: str


class Call(msgspec.Struct, frozen=True):
    """A tool call; `arguments` is the input as JSON."""

    id: str
    name: str
    arguments: str


Part = Text | Thought | Redacted | Call


class StopDetails(msgspec.Struct, frozen=True):
    """Why an answer was refused."""

    category: str | None
    explanation: str | None


class Answer(msgspec.Struct, frozen=True):
    """A whole answer."""

    parts: tuple[Part, ...]
    stop_reason: str
    stop_sequence: str | None = None
    stop_details: StopDetails | None = None
    output_tokens: int = 0
    thinking_tokens: int = 0
    """Part of `output_tokens`."""

    @property
    def text(self) -> str:
        """All its words."""
        return "".join(part.text for part in self.parts if isinstance(part, Text))


class Refusal(msgspec.Struct, frozen=True):
    """An error instead of an answer."""

    status: int
    error_type: str
    message: str
    error_code: str | None = None
    retry_after_s: float | None = None
    should_retry: bool | None = None
    bare: bool = False
    """Without the envelope, as the proxy in front of Claude answers a body that is too large."""


def invalid(message: str, error_code: str | None = None) -> Refusal:
    """Refuse a request that is wrong in itself."""
    return Refusal(400, "invalid_request_error", message, error_code)


def not_found(message: str) -> Refusal:
    """Refuse what does not exist."""
    return Refusal(404, "not_found_error", message)
