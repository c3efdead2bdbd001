"""What is known of one Claude model: its names, its limits, and what it accepts."""

from __future__ import annotations

from enum import StrEnum
from typing import Literal

import msgspec

Line = Literal["haiku", "sonnet", "opus", "fable", "mythos"]
Thinking = Literal["enabled", "adaptive", "disabled", "between_tools"]
Effort = Literal["low", "medium", "high", "xhigh", "max"]


class Lifecycle(StrEnum):
    """Whether a model still answers."""

    ACTIVE = "active"
    DEPRECATED = "deprecated"
    RETIRED = "retired"


class Sampling(StrEnum):
    """What a model does with `temperature`, `top_p` and `top_k` under an API version that still knows them."""

    ANY = "any"
    """Every value in range is accepted."""
    DEFAULTS = "defaults"
    """Only the defaults are accepted (temperature 1, top_p 1, no top_k)."""


class Tokenizer(StrEnum):
    """Which vocabulary counts a model's tokens."""

    CLAUDE_2 = "claude-2"
    """Claude 1, 2 and Instant."""
    CLAUDE_3 = "claude-3"
    """Claude 3 to 4.6."""
    CLAUDE_4_7 = "claude-4.7"
    """Claude 4.7 and later: about 30 % more tokens for the same English."""


class Features(msgspec.Struct, frozen=True):
    """What a model accepts in a request; the defaults are those of the newest generation."""

    prefill: bool = False
    """Whether the conversation may end in an assistant turn."""
    sampling: Sampling = Sampling.DEFAULTS
    forced_tool_choice: bool = True
    """Whether `tool_choice` may be `any` or `tool`."""
    mid_conversation_system: bool = True
    """Whether a message may have the role `system`."""
    thinking: tuple[Thinking, ...] = ("adaptive",)
    """The values of `thinking.type` that are accepted."""
    thinks: bool = True
    efforts: tuple[Effort, ...] = ("low", "medium", "high", "xhigh", "max")
    images: bool = True
    documents: bool = True
    structured_outputs: bool = True
    server_tools: bool = True


class Model(msgspec.Struct, frozen=True, kw_only=True):
    """One model; `id` is the name that answers carry."""

    id: str
    aliases: tuple[str, ...] = ()
    display_name: str
    line: Line | None
    lifecycle: Lifecycle = Lifecycle.ACTIVE
    released: str | None = None
    """The day it came out, YYYY-MM-DD; None where it is not known."""
    deprecated_on: str | None = None
    retires_on: str | None = None
    """The day it stops or stopped answering, YYYY-MM-DD."""
    max_input_tokens: int = 1_000_000
    max_tokens: int = 128_000
    tokenizer: Tokenizer = Tokenizer.CLAUDE_4_7
    features: Features = Features()

    @property
    def created_at(self) -> str:
        """The release as the Models API writes it; the epoch stands for a day that is not known, as it does there."""
        return f"{self.released or '1970-01-01'}T00:00:00Z"

    @property
    def retired(self) -> bool:
        """Whether Claude answers this name with 404."""
        return self.lifecycle is Lifecycle.RETIRED
