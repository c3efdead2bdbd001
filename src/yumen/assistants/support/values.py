"""The nouns of customer service: what was found, what is answered and what it rests on, who takes over."""

from __future__ import annotations

import msgspec


class Hit(msgspec.Struct, frozen=True):
    """A passage that may answer a question."""

    file: str
    """Below the folder of knowledge, with slashes."""
    title: str
    heading: str
    text: str
    line: int
    page: int
    covered: float = 0.0
    """How much of the question it holds, 0 to 1: its terms, the rarer ones weighing more."""

    @property
    def place(self) -> str:
        """Where it stands, for people: file and heading."""
        return f"{self.file}, {self.heading}" if self.heading else self.file


class Citation(msgspec.Struct, frozen=True):
    """What an answer rests on."""

    number: int
    """As it stands in the answer, `[1]`."""
    file: str
    heading: str
    line: int
    page: int
    quote: str
    """The words themselves, shortened."""


class HandOver(msgspec.Struct, frozen=True):
    """A person shall go on, and why."""

    reason: str
    """Which rule: `person`, `words`, `no_passage`, `unsatisfied`; `follow_up`: a person has the customer already."""
    to: str = ""
    """Whom the rule names, such as a queue's name."""


class Answer(msgspec.Struct, frozen=True):
    """What a customer is told."""

    text: str
    citations: tuple[Citation, ...] = ()
    handed_over: HandOver | None = None
    sandbox: bool = False
    """It was put together offline from the passages alone: Claude did not write it."""


class Said(msgspec.Struct, frozen=True):
    """One question and what was answered, as it is remembered."""

    at_us: int
    question: str
    answer: str
    files: tuple[str, ...] = ()
    """The files that the answer cites."""


class Asked(msgspec.Struct, frozen=True):
    """All that an answer is written from."""

    question: str
    hits: tuple[Hit, ...]
    said: tuple[Said, ...]
    """The conversation so far."""


class Written(msgspec.Struct, frozen=True):
    """An answer as its writer leaves it."""

    text: str
    citations: tuple[Citation, ...] = ()
    answered: bool = True
    """False: what was found does not answer the question."""


class Customer(msgspec.Struct, frozen=True):
    """How it stands with a customer."""

    id: str
    misses: int = 0
    """Questions in a row for which nothing was found."""
    unsatisfied: int = 0
    """How often in a row the customer was not content."""
    handed_over_us: int = 0
    """When a person took over; 0: none has."""
