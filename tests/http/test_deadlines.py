"""One timer for all: what is due is told, what is not is left alone, and nothing stops it."""

from __future__ import annotations

import asyncio

from tests.http.patience import until
from yumen.http.deadlines import NEVER, Deadlines


class Due:
    """Something with a deadline, which notes that it came, and may fail then."""

    def __init__(self, deadline: float, *, fails: bool = False) -> None:
        self.deadline = deadline
        self.expired = 0
        self._fails = fails

    def expire(self) -> None:
        """Note it."""
        self.expired += 1
        self.deadline = NEVER
        if self._fails:
            msg = "unforeseen"
            raise ZeroDivisionError(msg)


async def test_due_and_not_due() -> None:
    """What is due expires once; what is not, or is watched no more, does not."""
    loop = asyncio.get_running_loop()
    deadlines = Deadlines(loop)
    due, later, gone = Due(loop.time()), Due(loop.time() + 1000), Due(loop.time())
    for each in (due, later, gone):
        deadlines.add(each)
    deadlines.discard(gone)
    await until(lambda: due.expired)
    again = Due(loop.time())
    deadlines.add(again)
    await until(lambda: again.expired)
    assert (due.expired, later.expired, gone.expired) == (1, 0, 0)
    for each in (due, later, again):
        deadlines.discard(each)


async def test_a_failure_ends_nothing() -> None:
    """One that fails at its deadline does not keep the others from theirs."""
    loop = asyncio.get_running_loop()
    told: list[dict[str, object]] = []
    loop.set_exception_handler(lambda _, context: told.append(context))
    deadlines = Deadlines(loop)
    failing, other = Due(loop.time(), fails=True), Due(loop.time() + 0.3)
    deadlines.add(failing)
    deadlines.add(other)
    await until(lambda: other.expired)
    assert (failing.expired, len(told)) == (1, 1)
    deadlines.discard(failing)
    deadlines.discard(other)
