"""The turns of one conversation that wait for each other in this process: first come, first served."""

from __future__ import annotations

import asyncio
from collections import deque

Key = tuple[str, str]
"""A session's owner and name."""


class Lines:
    """A line for each session that has a turn under way. Where nobody is, there is no line."""

    def __init__(self) -> None:
        """Begin with nobody."""
        self._lines: dict[Key, deque[asyncio.Future[None]]] = {}

    async def enter(self, key: Key, patience_s: float) -> bool:
        """Wait until nobody else is at the head of that line; False: that did not come in time. Whoever gets True calls `leave`."""
        line = self._lines.get(key)
        if line is None:
            self._lines[key] = deque()
            return True
        turn = asyncio.get_running_loop().create_future()
        line.append(turn)
        try:
            async with asyncio.timeout(max(patience_s, 0)):
                await turn
        except BaseException as error:
            if turn.done() and not turn.cancelled():
                self.leave(key)  # its turn came in the same moment
            else:
                line.remove(turn)
            if isinstance(error, TimeoutError):
                return False
            raise
        return True

    def leave(self, key: Key) -> None:
        """Let the next one be at the head."""
        line = self._lines[key]
        for turn in line:
            if not turn.done():  # one that has given up goes by itself
                line.remove(turn)
                turn.set_result(None)
                return
        del self._lines[key]

    def __len__(self) -> int:
        return len(self._lines)
