"""How long each key's answers were lately: what an answer will probably cost."""

from __future__ import annotations

from collections import OrderedDict

FIRST_GUESS_TOKENS = 1_000
"""Of a key that has had no answer yet."""
MOST_KEYS = 10_000
WEIGHT = 8
"""The newest answer counts for an eighth of the estimate."""


class RecentAnswers:
    """A moving average of each key's output tokens, of the keys that asked last."""

    def __init__(self) -> None:
        """Begin with nothing seen."""
        self._by_key: OrderedDict[str, float] = OrderedDict()

    def likely_tokens(self, key_id: str) -> int:
        """Return how long a key's next answer will probably be."""
        return round(self._by_key.get(key_id, FIRST_GUESS_TOKENS))

    def note(self, key_id: str, output_tokens: int) -> None:
        """Take one more answer."""
        known = self._by_key.get(key_id)
        self._by_key[key_id] = output_tokens if known is None else known + (output_tokens - known) / WEIGHT
        self._by_key.move_to_end(key_id)
        if len(self._by_key) > MOST_KEYS:
            self._by_key.popitem(last=False)
