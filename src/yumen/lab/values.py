"""What an experiment is made of: the plan, its points on the axes, and the samples that were drawn at each."""

from __future__ import annotations

import hashlib
from itertools import product
from typing import TYPE_CHECKING, Any

import msgspec

if TYPE_CHECKING:
    from collections.abc import Sequence


class Point(msgspec.Struct, frozen=True):
    """One place on the axes; None: the parameter is not sent, and Claude's default holds."""

    temperature: float | None = None
    effort: str | None = None

    @property
    def label(self) -> str:
        """How a table names it."""
        said = [] if self.temperature is None else [f"{self.temperature:g}"]
        return " · ".join(said + ([] if self.effort is None else [self.effort])) or "default"


class Plan(msgspec.Struct, frozen=True, kw_only=True):
    """What is asked, of whom, and how often at each point."""

    prompt: str
    model: str
    where: str = ""
    """The address that is asked, or `sandbox`: answers of one are no answers of another."""
    points: tuple[Point, ...]
    samples: int
    max_tokens: int = 1024
    system: str | None = None
    schema: dict[str, Any] | None = None
    answer: str | None = None
    """A regular expression that finds the answer in a text: its first group, else the whole match."""

    @property
    def fingerprint(self) -> str:
        """Twelve hexadecimal digits that change with whatever a sample depends on, but not with how many are drawn or at which points."""
        asked = (self.prompt, self.model, self.max_tokens, self.system, self.schema, self.where)
        return hashlib.sha256(msgspec.json.encode(asked, order="deterministic")).hexdigest()[:12]


class Sample(msgspec.Struct, frozen=True, kw_only=True):
    """One answer; its cost is in nano-dollars, None where the price is not known."""

    point: Point
    number: int
    """From 0 at each point."""
    text: str
    stop_reason: str | None
    input_tokens: int
    output_tokens: int
    elapsed_ms: int
    cost_nanousd: int | None = None
    request_id: str | None = None
    is_sandbox: bool = False
    """Whether the offline sandbox answered, not Claude."""


class Sampled(msgspec.Struct, frozen=True):
    """A plan with all that was drawn for it so far."""

    plan: Plan
    samples: tuple[Sample, ...]

    @property
    def is_sandbox(self) -> bool:
        """Whether any answer is the offline sandbox's."""
        return any(sample.is_sandbox for sample in self.samples)

    def at(self, point: Point) -> tuple[Sample, ...]:
        """Return a point's samples, in their order."""
        found = (sample for sample in self.samples if sample.point == point and sample.number < self.plan.samples)
        return tuple(sorted(found, key=lambda sample: sample.number))

    def missing(self) -> list[tuple[Point, int]]:
        """Return what is still to be drawn, the first sample of each point before any second."""
        drawn = {(sample.point, sample.number) for sample in self.samples}
        return [(point, number) for number in range(self.plan.samples) for point in self.plan.points if (point, number) not in drawn]


def grid(temperatures: Sequence[float], efforts: Sequence[str]) -> tuple[Point, ...]:
    """Return every pair of a temperature and an effort, each once; an axis that is empty is not sent."""
    first: Sequence[float | None] = temperatures or [None]
    second: Sequence[str | None] = efforts or [None]
    return tuple(dict.fromkeys(Point(temperature, effort) for temperature, effort in product(first, second)))
