"""What recognisers find, for the rules that name them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from yumen.policy.recognisers import recognisers_named
from yumen.policy.values import Hit

if TYPE_CHECKING:
    from collections.abc import Sequence

    from yumen.policy.recognisers import Recogniser
    from yumen.policy.values import Rule


class Recognised:
    """The recognisers of all rules: each looks once, however many rules name it."""

    def __init__(self, rules: Sequence[tuple[int, Rule]]) -> None:
        """Look them up. Raises OperatorError for a name that is unknown."""
        named: dict[str, tuple[Recogniser, list[int]]] = {}
        for number, rule in rules:
            for recogniser in recognisers_named(rule.recognisers):
                named.setdefault(recogniser.name, (recogniser, []))[1].append(number)
        self._named = tuple(named.values())
        self.reach = max(recogniser.reach for recogniser, _ in self._named)
        self.context = max(recogniser.context for recogniser, _ in self._named)

    def hits(self, text: str) -> list[Hit]:
        """Return the values found, in no order."""
        return [
            Hit(start, end, recogniser.name, number)
            for recogniser, numbers in self._named
            for start, end in recogniser.find(text)
            for number in numbers
        ]

    def settled(self, text: str) -> int:
        """Return up to where nothing changes any more, whatever follows."""
        return min(recogniser.settled(text) for recogniser, _ in self._named)
