"""The workers of one machine together: started, counted, and brought to their end."""

from __future__ import annotations

import asyncio
import logging
from functools import partial
from typing import TYPE_CHECKING

from yumen.app.post import Post
from yumen.observe import Answers

if TYPE_CHECKING:
    from yumen.app.ground import Ground
    from yumen.app.post import Orders

log = logging.getLogger("yumen.app")

GRACE_S = 20.0
"""What a worker may take to end beyond the time that its settings give it: to write down and hand over what it has."""


class Crew:
    """All workers of this machine."""

    def __init__(self, ground: Ground, orders: Orders, count: int) -> None:
        """Prepare so many."""
        self.deaths = 0
        self.silences = 0
        self._ground = ground
        self._settings = orders.settings
        self._answers = Answers()
        self._posts = [Post(number, orders, ground, self._died) for number in range(1, count + 1)]
        self._tasks: list[asyncio.Task[int]] = []

    async def start(self) -> None:
        """Start all; return when all serve. Raises OperatorError where one cannot."""
        for post in self._posts:
            task = asyncio.create_task(post.keep())
            task.add_done_callback(partial(self._look_at, post))
            self._tasks.append(task)
        await asyncio.gather(*[post.begun for post in self._posts])

    @property
    def serving(self) -> int:
        """How many serve now."""
        return sum(post.serves for post in self._posts)

    async def figures(self, own: bytes) -> bytes:
        """Return everybody's numbers as one answer; `own` are the supervisor's."""
        asked = [post for post in self._posts if post.serves]
        silent = []
        for post, text in zip(asked, await asyncio.gather(*[post.figures() for post in asked]), strict=True):
            if text is None:
                silent.append(post.number)
            else:
                self._answers.said(post.number, text)
        self.silences += len(silent)
        return self._answers.together(own, silent)

    async def leave(self) -> int:
        """Let all end as a gateway does, for as long as the settings say; return the worst exit code."""
        for post in self._posts:
            post.leave()
        timeouts = self._settings.timeouts
        await asyncio.wait(self._tasks, timeout=timeouts.drain_notice_s + timeouts.drain_s + GRACE_S)
        await self.kill()
        return max((1 if task.exception() or task.result() else 0 for task in self._tasks), default=0)

    def hurry(self) -> None:
        """Let all end now."""
        for post in self._posts:
            post.hurry()

    async def kill(self) -> None:
        """End what still runs, at once."""
        for post in self._posts:
            post.kill()
        if self._tasks:
            await asyncio.wait(self._tasks)

    def _look_at(self, post: Post, task: asyncio.Task[int]) -> None:
        """End the whole where a post is given up by a defect: with fewer workers than were asked for, nobody would know."""
        error = None if task.cancelled() else task.exception()
        if error is not None:
            log.critical("worker %d is not looked after any more, so the gateway stops", post.number, exc_info=error)
            self._ground.exit_code = 1
            self._ground.stopping.set()
            if not post.begun.done():
                post.begun.set_exception(error)

    def _died(self, number: int) -> None:
        self.deaths += 1
        self._answers.died(number)
