"""Refusals beyond a rate per key: a client that is refused in a tight loop fills one line a minute, not the disk."""

from __future__ import annotations

from typing import TYPE_CHECKING

from yumen.ledger.rules import REFUSAL_WINDOW_US, REFUSALS_WRITTEN, counted

if TYPE_CHECKING:
    from collections.abc import Callable

    from yumen.ledger.entry import Entry


class Window:
    """The refusals of one key in one minute: how many came, and the last one that was not written."""

    __slots__ = ("came", "held_back", "last", "started_us")

    def __init__(self, started_us: int) -> None:
        """Begin to count."""
        self.started_us = started_us
        self.came = 0
        self.held_back = 0
        self.last: Entry | None = None


class Refusals:
    """Says which refusals are written at once and hands out the counted lines when their minute is over.

    There is a window only for keys that were refused within the last minute or two, and only accepted keys come here.
    """

    def __init__(self, new_id: Callable[[str], str]) -> None:
        """Take the maker of ids for the counted lines."""
        self._new_id = new_id
        self._windows: dict[str, Window] = {}

    def admit(self, refusal: Entry) -> bool:
        """Return whether this refusal is to be written by itself; if not, it is counted."""
        window = self._windows.get(refusal.key_id)
        if window is None:
            window = self._windows[refusal.key_id] = Window(refusal.time_us)
        window.came += 1
        if window.came <= REFUSALS_WRITTEN:
            return True
        window.held_back += 1
        window.last = refusal
        return False

    def due(self, now_us: int | None) -> list[Entry]:
        """Close the windows whose minute is over (None: all of them) and return their counted lines."""
        over = [key for key, window in self._windows.items() if now_us is None or now_us - window.started_us >= REFUSAL_WINDOW_US]
        closed = [self._windows.pop(key) for key in over]
        return [counted(window.last, self._new_id("req_"), window.held_back) for window in closed if window.last is not None]
