"""Customer service over HTTP: a question in, an answer with its sources out; what goes wrong is one sentence of JSON."""

from __future__ import annotations

import logging
from collections import Counter
from contextlib import contextmanager
from typing import TYPE_CHECKING

import msgspec
from starlette.applications import Starlette
from starlette.background import BackgroundTask
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.routing import Route

from yumen.assistants.support.doors import Doors, TooMany, body_of
from yumen.assistants.support.forms import Ask, Which, answered
from yumen.errors import Fault, Internal, OperatorError, Unauthenticated

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterator

    from starlette.requests import Request

    from yumen.assistants.support.replying import Replying
    from yumen.assistants.support.service import Support

log = logging.getLogger("yumen.support")

MOST_WAITING = 200
"""Questions under way; the forty threads of the pool answer them, and what comes beyond is told to come again."""
MOST_OF_ONE = 4
"""Questions of one customer; each waits in a thread for the one before, and threads are for everybody."""
RETRY_AFTER_S = "2"
UNREAD = frozenset({408, 413})
"""After these the rest of a body may still be on its way: the connection ends."""


class Said(msgspec.Struct, frozen=True):
    """What went wrong."""

    error: str


class Waiting:
    """Counts the questions under way: of all, and of each customer, since those of one are answered one after another."""

    def __init__(self) -> None:
        """None is."""
        self._of: Counter[str] = Counter()

    def check(self) -> None:
        """See that there is room. Raises TooMany."""
        if self._of.total() >= MOST_WAITING:
            raise TooMany

    def enter(self, customer: str) -> None:
        """Let one in."""
        self._of[customer] += 1

    def leave(self, customer: str) -> None:
        """Let one out."""
        self._of[customer] -= 1
        self._of += Counter()  # whoever has none is forgotten

    @contextmanager
    def of(self, customer: str) -> Iterator[None]:
        """Let one in for so long. Raises TooMany."""
        self.check()
        if self._of[customer] >= MOST_OF_ONE:
            raise TooMany
        self.enter(customer)
        try:
            yield
        finally:
            self.leave(customer)


class Endpoint:
    """The routes."""

    def __init__(self, support: Support, doors: Doors, replying: Replying | None) -> None:
        """Answer by that service whom the doors let in."""
        self._support = support
        self._doors = doors
        self._replying = replying
        self._waiting = Waiting()

    def application(self) -> Starlette:
        """Return what a server serves."""
        routes = [
            Route("/healthz", self.health),
            Route("/answer", self.answer, methods=["POST"]),
            Route("/dissatisfied", self.of_customer(self._support.dissatisfied), methods=["POST"]),
            Route("/release", self.of_customer(self._support.release), methods=["POST"]),
            Route("/forget", self.of_customer(self._support.forget), methods=["POST"]),
        ]
        if self._replying is not None:
            routes.append(Route("/webhook", self.webhook, methods=["POST"]))
        handlers = {Fault: said, OperatorError: broken, HTTPException: unknown, Exception: broken}
        return Starlette(routes=routes, exception_handlers=handlers)

    async def health(self, request: Request) -> Response:
        """Say that it answers, and from how much."""
        del request
        files, passages = self._support.knowledge.size
        return as_json({"status": "ok", "files": files, "passages": passages})

    async def answer(self, request: Request) -> Response:
        """Answer a question."""
        ask = await self._doors.form(request, Ask)
        with self._waiting.of(ask.customer):
            answer = await run_in_threadpool(self._support.answer, ask.question, customer=ask.customer)
        return as_json(answered(ask.customer, answer))

    async def webhook(self, request: Request) -> Response:
        """Take a signed question; its answer goes out when it is there."""
        replying = self._replying
        if replying is None:
            raise Unauthenticated
        body = await body_of(request)
        self._waiting.check()
        incoming = replying.taken(request.headers, body)
        if incoming is None:
            return as_json({"taken": False})
        # From here on it is answered: its sender would not send it again.
        self._waiting.enter(incoming.customer)

        async def reply() -> None:
            try:
                await run_in_threadpool(replying.reply, incoming)
            finally:
                self._waiting.leave(incoming.customer)

        return as_json({"taken": True}, 202, background=BackgroundTask(reply))

    def of_customer(self, work: Callable[[str], object]) -> Callable[[Request], Awaitable[Response]]:
        """Return the route that does something for a customer and shows what came of it."""

        async def route(request: Request) -> Response:
            which = await self._doors.form(request, Which)
            done = await run_in_threadpool(work, which.customer)
            return as_json({"done": done} if isinstance(done, bool) else done)

        return route


def as_json(content: object, status: int = 200, *, background: BackgroundTask | None = None) -> Response:
    """Return a response."""
    headers = {"cache-control": "no-store"}
    if status == 503:  # noqa: PLR2004  (a status)
        headers["retry-after"] = RETRY_AFTER_S
    if status in UNREAD:
        headers["connection"] = "close"
    return Response(msgspec.json.encode(content), status, headers, "application/json", background)


async def said(request: Request, error: Exception) -> Response:
    """Say what is wrong with a request, or why there is no answer."""
    del request
    fault = error if isinstance(error, Fault) else Internal()
    return as_json(Said(fault.message), fault.status)


async def unknown(request: Request, error: Exception) -> Response:
    """Say that there is no such path, or not with that method."""
    status = error.status_code if isinstance(error, HTTPException) else 500
    return as_json(Said(f"{request.method} {request.url.path} is not served here."), status)


async def broken(request: Request, error: Exception) -> Response:
    """Say no more to a customer than that it does not work; the server's log has the rest."""
    if isinstance(error, OperatorError):  # of a defect the server itself logs where it is
        log.error("%s failed: %s", request.url.path, error)
    return as_json(Said("This does not work now; the log of the service says why."), 500)
