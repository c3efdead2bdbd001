"""How much goes on for one person at a time: nobody takes all connections of the console, or all of its calls, from everybody else."""

from __future__ import annotations

from collections import Counter
from contextlib import contextmanager
from typing import TYPE_CHECKING

from yumen.errors import CallerFault, Retry

if TYPE_CHECKING:
    from collections.abc import Iterator

MOST = 12
"""Live views, exports and answers that are still coming; a browser opens six connections to one place, and people have several."""


class TooMuchAtOnce(CallerFault):
    """Too much is under way for you: close a live view, or wait until an export or an answer has ended."""

    status = 429
    error_type = "rate_limit_error"
    retry = Retry.AFTER
    chinese = "您同时进行的操作过多：请关闭某个实时视图，或等待导出或回答完成。"


class Crowd:
    """Counts what is under way for each. For one event loop."""

    def __init__(self, most: int = MOST) -> None:
        """Let at most so much be under way for one."""
        self._most = most
        self._under_way = Counter[str]()

    @contextmanager
    def place(self, who: str) -> Iterator[None]:
        """Take a place for as long as it lasts. Raises TooMuchAtOnce."""
        if self._under_way[who] >= self._most:
            raise TooMuchAtOnce(retry_after_s=5)
        self._under_way[who] += 1
        try:
            yield
        finally:
            self._under_way[who] -= 1
            if not self._under_way[who]:
                del self._under_way[who]
