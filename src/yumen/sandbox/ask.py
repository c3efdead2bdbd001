"""What was asked, parsed: a conversation, the tools on offer, and how the answer is to be given."""

from __future__ import annotations

import re
from functools import cached_property

import msgspec

from yumen.sandbox.wording import Sampling

_REMINDER = re.compile(r"<system-reminder>.*?</system-reminder>", re.DOTALL)
"""What agents add to the user's words: not what the user asks."""


class Block(msgspec.Struct, frozen=True):
    """One content block of the prompt, reduced to what an offline answer depends on."""

    kind: str
    text: str = ""
    """Its words: the text, a tool's input or result as text."""
    flat_tokens: int = 0
    """Tokens that do not come from words: an image, a page."""
    name: str = ""
    """The tool's name in a tool_use block."""
    id: str = ""
    """The call's id in tool_use and tool_result blocks."""
    cache_ttl: str | None = None
    """`5m` or `1h` where the block is a cache breakpoint."""
    digest: bytes = b""
    """Hash of the block without its cache mark: the prompt cache compares it."""


class Turn(msgspec.Struct, frozen=True):
    """One message; consecutive messages of one role are one turn."""

    role: str
    blocks: tuple[Block, ...]

    @property
    def text(self) -> str:
        """The words of its text blocks."""
        return "\n".join(block.text for block in self.blocks if block.kind == "text")

    @property
    def has_result(self) -> bool:
        """Whether a tool's result came in it."""
        return any(block.kind == "tool_result" for block in self.blocks)


class Tool(msgspec.Struct, frozen=True):
    """A tool on offer; `kind` is `custom` or the type of one of Claude's own."""

    name: str
    kind: str
    schema: dict[str, object]
    block: Block
    """The definition as a piece of the prompt."""


class ToolChoice(msgspec.Struct, frozen=True):
    """Whether a call is demanded (`any`, `tool`), forbidden (`none`) or free (`auto`)."""

    kind: str = "auto"
    name: str = ""
    parallel: bool = True

    @property
    def demands(self) -> bool:
        """Whether the answer must be a call."""
        return self.kind in ("any", "tool")


class Thinking(msgspec.Struct, frozen=True):
    """Whether thinking blocks are wanted, and how they are shown."""

    kind: str = "disabled"
    budget_tokens: int = 0
    display: str | None = None

    @property
    def on(self) -> bool:
        """Whether the answer begins with thinking."""
        return self.kind in ("enabled", "adaptive", "between_tools")


class Ask(msgspec.Struct, frozen=True, kw_only=True, dict=True):
    """One request for an answer. What follows from it is worked out once, as many rules look at it."""

    model: str
    max_tokens: int
    turns: tuple[Turn, ...]
    system: tuple[Block, ...] = ()
    tools: tuple[Tool, ...] = ()
    choice: ToolChoice = ToolChoice()
    thinking: Thinking = Thinking()
    stop_sequences: tuple[str, ...] = ()
    stream: bool = False
    sampling: Sampling = Sampling()
    format_schema: dict[str, object] | None = None
    """The schema of a structured output."""
    speed: str | None = None
    service_tier: str = "standard"
    completion: bool = False
    """Asked through Text Completions, where `max_tokens` may be more than the window holds."""
    fingerprint: bytes = b""
    """Equal for equal requests, streamed or not, however long the answer may be."""
    begun_as: bytes = b""
    """The fingerprint of the request whose cut answer this one may go on with."""

    @cached_property
    def last(self) -> Turn:
        """The turn that is to be answered."""
        asked = [turn for turn in self.turns if turn.role != "system"]
        return asked[-1] if asked else Turn("user", ())

    @cached_property
    def question(self) -> str:
        """The words of the last turn of the user's."""
        asked = [turn for turn in self.turns if turn.role == "user"]
        return _REMINDER.sub("", asked[-1].text).strip() if asked else ""

    @cached_property
    def instructions(self) -> str:
        """The system prompt, and system messages in the conversation."""
        inside = [turn.text for turn in self.turns if turn.role == "system"]
        return "\n".join([*(block.text for block in self.system), *inside])

    @cached_property
    def chinese(self) -> bool:
        """Whether the question is written in Chinese."""
        return any("\u4e00" <= character <= "\u9fff" for character in self.question)

    @cached_property
    def everything(self) -> str:
        """All words of the prompt."""
        words = [block.text for turn in self.turns for block in turn.blocks]
        return "\n".join([*(block.text for block in self.system), *words])
