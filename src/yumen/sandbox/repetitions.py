"""How often each request came since the start or the last reset, in bounded memory."""

from __future__ import annotations

from collections import Counter, OrderedDict

MAX_REQUESTS = 65_536


class Repetitions:
    """Counts requests by their fingerprint, and the uses of rules by their name."""

    def __init__(self) -> None:
        """Begin at nothing."""
        self._requests: OrderedDict[bytes, int] = OrderedDict()
        self._rules: Counter[str] = Counter()

    def next(self, fingerprint: bytes) -> int:
        """Return how often this request came before, and count it."""
        before = self._requests.pop(fingerprint, 0)
        self._requests[fingerprint] = before + 1
        if len(self._requests) > MAX_REQUESTS:
            self._requests.popitem(last=False)
        return before

    def so_far(self, fingerprint: bytes) -> int:
        """Return how often this request came."""
        return self._requests.get(fingerprint, 0)

    def use_rule(self, name: str) -> None:
        """Count one use of a rule."""
        self._rules[name] += 1

    def rule_uses(self, name: str) -> int:
        """Return how often a rule was used."""
        return self._rules[name]

    def reset(self) -> None:
        """Forget everything."""
        self._requests.clear()
        self._rules.clear()
