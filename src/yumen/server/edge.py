"""The handler of the data port: small questions are answered here, everything else becomes an exchange."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from yumen.claude import OTHER, Match, allowed_methods, find_endpoint, plain_path
from yumen.errors import InvalidRequest, MethodNotAllowed, ShuttingDown
from yumen.exchange import Exchange, error_answer, run
from yumen.server.callers import TrustedProxies
from yumen.server.cors import Cors

if TYPE_CHECKING:
    from collections.abc import Callable

    from yumen.clock import Clock
    from yumen.errors import Fault
    from yumen.exchange import Stages
    from yumen.http import Reply, Request

GREETINGS = frozenset(
    {("HEAD", "/"), ("GET", "/"), ("HEAD", "/api/hello"), ("GET", "/api/hello"), ("GET", "/healthz"), ("HEAD", "/healthz")}
)
"""What asks only whether somebody is there."""
PLAIN_TEXT = [(b"content-type", b"text/plain; charset=utf-8")]


class EdgeOptions(msgspec.Struct, frozen=True):
    """What the operator says of the edge."""

    cors_origins: tuple[str, ...] = ()
    trusted_proxies: tuple[str, ...] = ()


class Edge:
    """Answers requests: `await edge(request, reply)`."""

    def __init__(
        self, stages: Stages, clock: Clock, ready: Callable[[], bool], options: EdgeOptions, taking: Callable[[], bool] | None = None
    ) -> None:
        """Run exchanges over those stages; `ready` says whether new work is wanted, `taking` whether it is taken all the same."""
        self._stages = stages
        self._clock = clock
        self._ready = ready
        self._taking = taking or ready
        self._cors = Cors(options.cors_origins)
        self._proxies = TrustedProxies(options.trusted_proxies)
        self.open_exchanges = 0
        """How many exchanges are under way."""

    async def __call__(self, request: Request, reply: Reply) -> None:
        """Answer one request."""
        if self._proxies:
            request.peer = self._proxies.caller_of(request)
        if self._cors and request.method != "OPTIONS":
            reply.extra = self._cors.marks(request)
        match = find_endpoint(request.method, request.path)
        if match is None and self._answers_itself(request, reply):
            return
        if not self._taking():
            self._refuse(reply, ShuttingDown())
            return
        exchange = Exchange(request, reply, match or Match(OTHER, request.path), self._clock)
        self.open_exchanges += 1
        try:
            await run(exchange, self._stages)
        finally:
            self.open_exchanges -= 1

    def _answers_itself(self, request: Request, reply: Reply) -> bool:
        """Answer what is no exchange; return False for what is one."""
        if (request.method, request.path) in GREETINGS:
            reply.send(200, PLAIN_TEXT, b"ok\n")
        elif request.path == "/readyz" and request.method in ("GET", "HEAD"):
            ready = self._ready()
            reply.send(200 if ready else 503, PLAIN_TEXT, b"ready\n" if ready else b"not ready\n")
        elif request.method == "OPTIONS":
            reply.send(204, self._cors.preflight(request), b"")
        elif not plain_path(request.path):
            self._refuse(
                reply, InvalidRequest("The path can be understood in more than one way: send it without dot segments and escapes.")
            )
        elif methods := allowed_methods(request.path):
            fault = MethodNotAllowed(f"{request.method} is not allowed on this path: it takes {', '.join(sorted(methods))}.")
            reply.extra = [*reply.extra, (b"allow", ", ".join(sorted(methods)).encode())]
            self._refuse(reply, fault)
        else:
            return False
        return True

    def _refuse(self, reply: Reply, fault: Fault) -> None:
        reply.send(*error_answer(fault, self._clock.new_id("req_")))
