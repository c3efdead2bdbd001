"""Where requests wait for room: one line for each counter, first come first served among one key's, and the keys by turns."""

from __future__ import annotations

import asyncio
from collections import OrderedDict, deque
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

MOST_WAITING = 10_000
"""How many requests wait in one line, at most; the next is refused."""


class Place:
    """A request's place in a line. At the head of it, it may ask again; until then it waits."""

    def __init__(self, line: WaitingLine, key_id: str) -> None:
        """Stand in that line for a key."""
        self._line = line
        self.key_id = key_id
        self.left = False
        self.turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    @property
    def at_head(self) -> bool:
        """Whether it may ask."""
        return self.turn.done()

    async def reached(self, patience_s: float) -> bool:
        """Wait until it is at the head; where that does not come in time, leave and return False."""
        if self.at_head:
            return True
        try:
            async with asyncio.timeout(max(patience_s, 0)):
                await asyncio.shield(self.turn)
        except TimeoutError:
            if not self.at_head:
                self.leave()
        except BaseException:
            self.leave()  # even where its turn came in the same moment
            raise
        return self.at_head

    def say_retry_at(self, us: int) -> None:
        """Tell those behind when the head asks again."""
        self._line.retry_at_us = us

    def leave(self) -> None:
        """Let the next one ask. Leaving twice is leaving once."""
        if not self.left:
            self.left = True
            self._line.leave(self)


class WaitingLine:
    """The requests that wait for one counter."""

    def __init__(self, lines: WaitingLines, counter: str) -> None:
        """Begin with nobody."""
        self._lines = lines
        self._counter = counter
        self._by_key: OrderedDict[str, deque[Place]] = OrderedDict()
        """The key whose turn is next comes first."""
        self._head: Place | None = None
        self.size = 0
        self.retry_at_us = 0
        """When the head asks again, by the store's clock."""

    def join(self, key_id: str) -> Place:
        """Stand at the end of a key's own line."""
        place = Place(self, key_id)
        self._by_key.setdefault(key_id, deque()).append(place)
        self.size += 1
        self._call()
        return place

    def leave(self, place: Place) -> None:
        """Take a place away, wherever it stands."""
        if self._head is place:
            self._head = None
        else:
            places = self._by_key[place.key_id]
            places.remove(place)
            if not places:
                del self._by_key[place.key_id]
        self.size -= 1
        self._call()
        if not self.size:
            self._lines.forget(self._counter)

    def _call(self) -> None:
        """Bring the next one to the head: the first of the next key, which then goes behind the other keys."""
        if self._head is not None or not self._by_key:
            return
        key_id, places = next(iter(self._by_key.items()))
        self._head = places.popleft()
        self._by_key.move_to_end(key_id)
        if not places:
            del self._by_key[key_id]
        self._head.turn.set_result(None)


class WaitingLines:
    """All lines of this process, by organization and counter. Where nobody waits, there are none."""

    def __init__(self) -> None:
        """Begin with nobody waiting."""
        self._lines: dict[str, WaitingLine] = {}

    def __bool__(self) -> bool:
        return bool(self._lines)

    @property
    def waiting(self) -> int:
        """How many requests wait."""
        return sum(line.size for line in self._lines.values())

    def busy(self, counters: Iterable[str]) -> str | None:
        """Return the first of these counters for which somebody waits already: who comes now must not pass them."""
        return next((counter for counter in counters if counter in self._lines), None)

    def retry_at_us(self, counter: str) -> int:
        """Return when the head of a line asks again; 0 where nobody stands there."""
        line = self._lines.get(counter)
        return 0 if line is None else line.retry_at_us

    def join(self, counter: str, key_id: str) -> Place | None:
        """Stand in a counter's line; None where it is too long."""
        line = self._lines.get(counter)
        if line is None:
            line = self._lines[counter] = WaitingLine(self, counter)
        return line.join(key_id) if line.size < MOST_WAITING else None

    def forget(self, counter: str) -> None:
        """Drop a line where nobody stands any more."""
        self._lines.pop(counter, None)
