"""What recognisers find, for the rules that name them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from yumen.policy.recognisers import Together, recognisers_named
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
        self._together = Together([recogniser for recogniser, _ in self._named])
        self.reach = self._together.reach
        self.context = self._together.context

    def hits(self, text: str) -> list[Hit]:
        """Return the values found, in no order."""
        return [
            Hit(start, end, self._named[found][0].name, number)
            for start, end, found in self._together.find(text)
            for number in self._named[found][1]
        ]

    def settled(self, text: str) -> int:
        """Return up to where nothing changes any more, whatever follows."""
        return self._together.settled(text)
