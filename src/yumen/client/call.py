"""One call of Messages as a value: what is asked, how much may be answered, and what came of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from yumen.claude.models import find_model

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from anthropic.types import Message

MAX_TOKENS = 8_192
"""What an answer may have where nobody says: an essay; a fraction of what any model can."""
MOST_OF_STRANGERS = 32_000
"""What a model that is not in the catalogue is asked for at most by ourselves."""
MOST_WITHOUT_STREAM = 21_000
"""Above it the SDK wants to stream: such an answer takes longer than ten minutes."""


@dataclass(frozen=True, slots=True)
class Call:
    """What is asked. `options` are those of `messages.create` beside these three."""

    model: str
    max_tokens: int
    messages: Sequence[Any]
    options: Mapping[str, Any] = field(default_factory=dict)

    @property
    def arguments(self) -> dict[str, Any]:
        """What `messages.create` takes."""
        return {**self.options, "model": self.model, "max_tokens": self.max_tokens, "messages": list(self.messages)}

    @property
    def streamed(self) -> bool:
        """Whether its answer may take so long that it must come as a stream."""
        return self.max_tokens > MOST_WITHOUT_STREAM


@dataclass(frozen=True, slots=True)
class Reply:
    """What came: the message, and in how many attempts."""

    message: Message
    attempts: int = 1


def messages_of(prompt: str | Iterable[Any]) -> list[Any]:
    """Return a prompt as messages: a text is one of the user's."""
    return [{"role": "user", "content": prompt}] if isinstance(prompt, str) else list(prompt)


def room_for(model: str, tokens: int) -> int:
    """Return how many tokens may be asked of a model where so many would be good."""
    known = find_model(model)
    return min(tokens, known.max_tokens if known else MOST_OF_STRANGERS)


def text_of(message: Message) -> str:
    """Return a message's words."""
    return "".join(block.text for block in message.content if block.type == "text")


def takes_prefill(call: Call) -> bool:
    """Whether a model goes on with an assistant's last message: it must be one that does, not thinking, and with no form to keep."""
    known = find_model(call.model)
    thinking: Any = call.options.get("thinking") or {"type": "disabled"}
    return known is not None and known.features.prefill and thinking.get("type") == "disabled" and not has_form(call)


def has_form(call: Call) -> bool:
    """Whether an answer must follow a schema: half of one cannot be gone on with."""
    return bool((call.options.get("output_config") or {}).get("format"))
