"""Words from a template with alternatives: temperature, top_p and top_k decide among them as they do among tokens."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from yumen.sandbox.draw import Draw

_SLOT = re.compile(r"\{\{([^{}]*)\}\}")


class Sampling(msgspec.Struct, frozen=True):
    """How freely words are drawn; the defaults are the API's."""

    temperature: float = 1.0
    top_p: float = 1.0
    top_k: int = 0
    """0: all."""


def chances(weights: Sequence[float], sampling: Sampling) -> list[float]:
    """Return the probability of each alternative, heaviest weight most likely.

    Temperature T raises each weight to 1/T: below 1 that sharpens the distribution, above 1 it would flatten it, and at 0
    only the heaviest is left. Then top_k and top_p cut off the tail.
    """
    if sampling.temperature <= 0 or sampling.top_k == 1:
        best = max(range(len(weights)), key=lambda index: (weights[index], -index))
        return [float(index == best) for index in range(len(weights))]
    heaviest = max(weights)
    raised = [(weight / heaviest) ** (1 / sampling.temperature) for weight in weights]
    total = sum(raised)
    return _cut([weight / total for weight in raised], sampling)


def _cut(probabilities: list[float], sampling: Sampling) -> list[float]:
    order = sorted(range(len(probabilities)), key=lambda index: (-probabilities[index], index))
    if sampling.top_k > 0:
        order = order[: sampling.top_k]
    kept: list[int] = []
    mass = 0.0
    for index in order:
        kept.append(index)
        mass += probabilities[index]
        if mass >= sampling.top_p:
            break
    return [probabilities[index] / mass if index in kept else 0.0 for index in range(len(probabilities))]


def choose(weights: Sequence[float], sampling: Sampling, fraction: float) -> int:
    """Return the alternative on which a fraction from 0 to 1 falls."""
    probabilities = chances(weights, sampling)
    mass = 0.0
    for index, probability in enumerate(probabilities):
        mass += probability
        if fraction < mass:
            return index
    return max(index for index, probability in enumerate(probabilities) if probability > 0)


def harmonic(count: int) -> list[float]:
    """Return weights for alternatives that are listed best first: 1, 1/2, 1/3 and so on."""
    return [1 / (place + 1) for place in range(count)]


def render(template: str, values: Mapping[str, str], sampling: Sampling, draw: Draw) -> str:
    """Fill a template: `{{a|b|c}}` draws one alternative, `{{name}}` puts in a value; unknown names stay as they are."""
    pieces: list[str] = []
    position = 0
    for place, slot in enumerate(_SLOT.finditer(template)):
        pieces.append(template[position : slot.start()])
        pieces.append(_fill(slot, values, sampling, draw.fraction("slot", place)))
        position = slot.end()
    pieces.append(template[position:])
    return "".join(pieces)


def _fill(slot: re.Match[str], values: Mapping[str, str], sampling: Sampling, fraction: float) -> str:
    inside = slot[1]
    if "|" not in inside:
        return values.get(inside.strip(), slot[0])
    alternatives = inside.split("|")
    return alternatives[choose(harmonic(len(alternatives)), sampling, fraction)]
