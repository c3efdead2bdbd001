"""One step of the tour: a practice of production, the command that shows it, and the proof that it holds."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from examples.tour.house import House


@dataclass(frozen=True)
class Both:
    """A sentence in both languages."""

    english: str
    chinese: str

    def said(self, language: str) -> str:
        """Return it in `en` or `zh`."""
        return self.chinese if language == "zh" else self.english


Proof = Callable[[House], list[str]]
"""Shows a practice, and returns lines that are the same whenever it holds. Raises AssertionError where it does not."""


@dataclass(frozen=True)
class Step:
    """A practice."""

    title: Both
    why: Both
    command: str
    """What a person types or writes, in a shell's or Python's words."""
    prove: Proof
    language: str = "sh"


@dataclass(frozen=True)
class Chapter:
    """A part of the tour."""

    title: Both
    steps: list[Step] = field(default_factory=list)


@dataclass(frozen=True)
class Seen:
    """How a step went."""

    step: Step
    evidence: list[str]
    fault: str | None = None

    @property
    def mark(self) -> str:
        """A tick or a cross."""
        return "✗" if self.fault is not None else "✓"
