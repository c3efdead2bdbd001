"""What a chat needs of conversations, and no more."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

import msgspec

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence


class Choice(msgspec.Struct, frozen=True):
    """How a conversation shall be held; None: as it was, or as is usual."""

    model: str | None = None
    style: str | None = None
    system: str | None = None


class Exchange(msgspec.Struct, frozen=True):
    """A question and its answer, in words; an answer that never came whole is empty."""

    question: str
    answer: str


class Used(msgspec.Struct, frozen=True):
    """What a conversation has used so far."""

    turns: int = 0
    input_tokens: int = 0
    """All of the prompts, what came from the cache included."""
    cached_tokens: int = 0
    """Of these, read from the prompt cache."""
    output_tokens: int = 0
    cost_nanousd: int | None = None
    """None: the model has no known price."""


class Listed(msgspec.Struct, frozen=True):
    """A conversation as a list shows it."""

    name: str
    turns: int
    used_us: int


class Reply(Protocol):
    """An answer as it comes."""

    def __iter__(self) -> Iterator[str]:
        """Yield its text in pieces."""

    def close(self) -> None:
        """Stop it, if it has not ended; the question stays unanswered then."""


class Talk(Protocol):
    """A conversation that is open."""

    @property
    def name(self) -> str:
        """What it is resumed by."""

    @property
    def choice(self) -> Choice:
        """How it is held now."""

    def choose(self, choice: Choice) -> None:
        """Hold it so from the next question on. Raises OperatorError where there is no such style."""

    def say(self, text: str) -> Reply:
        """Ask; the answer is kept when it has come whole."""

    def exchanges(self) -> Sequence[Exchange]:
        """Return what was said, oldest first."""

    def tokens(self) -> tuple[int, bool]:
        """Return how many tokens the next prompt has without its question, and whether that is exact."""

    def used(self) -> Used:
        """Return what it has used."""


class Talks(Protocol):
    """All conversations."""

    @property
    def is_sandbox(self) -> bool:
        """Whether it is known that a sandbox answers, not Claude."""

    def open(self, name: str, choice: Choice) -> Talk:
        """Resume the conversation of that name, or begin it. Raises OperatorError."""

    def listed(self) -> Sequence[Listed]:
        """Return the conversations, the last used first."""

    def fork(self, name: str, copy: str) -> None:
        """Copy a conversation. Raises OperatorError where the copy's name is taken, or there is nothing to copy."""

    def styles(self) -> Sequence[str]:
        """Return the names of the styles."""
