"""The prompt cache: a prefix that is marked is written the first time and read the next, and forgotten after its time."""

from __future__ import annotations

from collections import OrderedDict
from hashlib import sha256
from typing import TYPE_CHECKING

import msgspec

from yumen.claude import estimate_request, estimate_text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from yumen.sandbox.ask import Ask, Block

LOOK_BACK_BLOCKS = 20
"""How far before a mark Claude looks for a prefix that it knows."""
MAX_PREFIXES = 8192
"""What the sandbox remembers; the least recently used goes first."""
_TTL_US = {"5m": 300_000_000, "1h": 3_600_000_000}
FRAMING_TOKENS = estimate_request([""], None) - estimate_text("", None)
"""What a request costs beside its blocks, in the measure of the token estimate."""


class InputUsage(msgspec.Struct, frozen=True):
    """The input's tokens: their sum is what count_tokens says."""

    input_tokens: int
    cache_read_tokens: int = 0
    cache_write_5m_tokens: int = 0
    cache_write_1h_tokens: int = 0

    @property
    def total_tokens(self) -> int:
        """All tokens of the prompt."""
        return self.input_tokens + self.cache_read_tokens + self.cache_write_5m_tokens + self.cache_write_1h_tokens


class _Point(msgspec.Struct, frozen=True):
    """A place in the prompt: the hash and the tokens of everything up to it."""

    digest: bytes
    tokens: int
    ttl: str | None


def prompt_blocks(ask: Ask) -> Iterator[Block]:
    """The prompt in the order in which Claude caches it: tools, system, messages."""
    for tool in ask.tools:
        yield tool.block
    yield from ask.system
    for turn in ask.turns:
        yield from turn.blocks


def prompt_tokens(ask: Ask) -> int:
    """Return the tokens of the whole prompt."""
    points = _points(ask)
    return points[-1].tokens if points else FRAMING_TOKENS


def _points(ask: Ask) -> list[_Point]:
    state = sha256(ask.model.encode())
    tokens = FRAMING_TOKENS
    points: list[_Point] = []
    for block in prompt_blocks(ask):
        state.update(block.digest)
        tokens += block.flat_tokens + (estimate_text(block.text, ask.model) if block.text else 0)
        points.append(_Point(state.digest(), tokens, block.cache_ttl))
    return points


class PromptCache:
    """Remembers the prefixes that were marked."""

    def __init__(self, now_us: Callable[[], int], least_tokens: int) -> None:
        """Tell the time by `now_us`; prefixes below `least_tokens` are not cached."""
        self._now_us = now_us
        self._least_tokens = least_tokens
        self._expiry_us: OrderedDict[bytes, int] = OrderedDict()

    def clear(self) -> None:
        """Forget everything."""
        self._expiry_us.clear()

    def use(self, ask: Ask) -> InputUsage:
        """Count a prompt: what is read from the cache, what is written to it, and the rest."""
        points = _points(ask)
        total = points[-1].tokens if points else FRAMING_TOKENS
        marks = [place for place, point in enumerate(points) if point.ttl and point.tokens >= self._least_tokens]
        if not marks:
            return InputUsage(total)
        read = max((self._known(points, mark) for mark in marks), default=0)
        written = {"5m": 0, "1h": 0}
        reached = read
        for mark in marks:
            point = points[mark]
            written["1h" if point.ttl == "1h" else "5m"] += max(0, point.tokens - reached)
            reached = max(reached, point.tokens)
            self._remember(point)
        return InputUsage(total - reached, read, written["5m"], written["1h"])

    def _known(self, points: list[_Point], mark: int) -> int:
        """Return the tokens of the longest known prefix at a mark or shortly before it; its time begins anew."""
        for point in reversed(points[max(0, mark - LOOK_BACK_BLOCKS) : mark + 1]):
            expiry_us = self._expiry_us.get(point.digest)
            if expiry_us is not None and expiry_us > self._now_us():
                return point.tokens
        return 0

    def _remember(self, point: _Point) -> None:
        self._expiry_us[point.digest] = self._now_us() + _TTL_US.get(point.ttl or "5m", _TTL_US["5m"])
        self._expiry_us.move_to_end(point.digest)
        while len(self._expiry_us) > MAX_PREFIXES:
            self._expiry_us.popitem(last=False)
