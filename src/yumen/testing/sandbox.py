"""The offline Claude of a test: rules and faults that the test sets, and the requests that came."""

from __future__ import annotations

import json
from contextlib import contextmanager
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Any

import msgspec

from yumen.claude import error_body
from yumen.client.loop import shared
from yumen.clock import Clock
from yumen.http import ServerOptions, serve
from yumen.lab.check.refusals import TYPES
from yumen.sandbox import Rule, Sandbox, SandboxOptions

if TYPE_CHECKING:
    from collections.abc import Iterator

    from yumen.client import AsyncClaude, Claude
    from yumen.http import Reply, Request, Server

HOST = "127.0.0.1"
MOST_BYTES = 512 * 1024 * 1024
CREDENTIALS = frozenset({"x-api-key", "authorization"})
SERVER_ERROR = 500


class Seen(msgspec.Struct, frozen=True):
    """A request that came; credentials are left out."""

    method: str
    path: str
    headers: dict[str, str]
    """By names in lower case."""
    body: bytes

    @property
    def json(self) -> Any:  # noqa: ANN401  (whatever was sent)
        """The decoded body. Raises ValueError where it is no JSON."""
        return json.loads(self.body)


class Failing:
    """An error that answers the next so many requests to a path."""

    def __init__(self, status: int, times: int, path: str, retry_after_s: float | None) -> None:
        """Answer so."""
        self.status = status
        self.left = times
        self._path = path
        self._retry_after_s = retry_after_s

    def takes(self, path: str) -> bool:
        """Whether it answers a request to that path; if so, that was one of its times."""
        if not self.left or not fnmatchcase(path, self._path):
            return False
        self.left -= 1
        return True

    def answer(self, reply: Reply, request_id: str) -> None:
        """Answer in Claude's form."""
        kind = TYPES.get(self.status, "api_error" if self.status >= SERVER_ERROR else "invalid_request_error")
        headers = [(b"content-type", b"application/json"), (b"request-id", request_id.encode())]
        if self._retry_after_s is not None:
            headers += [(b"retry-after", f"{self._retry_after_s:g}".encode())]
        reply.send(self.status, headers, error_body(kind, "The test wants it so.", request_id))


class ClaudeSandbox:
    """An offline Claude on a free port of this machine. Made by the fixture `claude_sandbox`."""

    def __init__(self) -> None:
        """Stand ready; `open` listens."""
        self.url = ""
        """Where it listens; ANTHROPIC_BASE_URL says so too."""
        self.requests: list[Seen] = []
        """What came, in its order."""
        self._clock = Clock()
        self._sandbox = Sandbox(self._clock, SandboxOptions())
        self._rules: list[Rule] = []
        self._failing: list[Failing] = []

    def rule(self, **fields: Any) -> None:  # noqa: ANN401  (the fields of a rule, as in a rules file)
        """Add a rule, with the fields of a rules file (docs/sandbox.md); the last that was added is tried first.

        Raises msgspec.ValidationError where a field is none.
        """
        self._rules.insert(0, msgspec.convert({"name": f"rule {len(self._rules) + 1} of the test"} | fields, Rule))
        self._sandbox.put_first(tuple(self._rules))

    def fail(self, status: int = 529, times: int = 1, *, path: str = "*", retry_after_s: float | None = None) -> None:
        """Answer the next so many requests (to a path, with wildcards) with an error status."""
        self._failing.append(Failing(status, times, path, retry_after_s))

    def claude(self, **options: Any) -> Claude:  # noqa: ANN401  (the client's options)
        """Return a `yumen.Claude` that asks here."""
        from yumen.client import Claude  # noqa: PLC0415  (it loads the SDK)

        return Claude(**{"base_url": self.url, "api_key": "sandbox"} | options)

    def async_claude(self, **options: Any) -> AsyncClaude:  # noqa: ANN401  (the same)
        """Return the same for `await`."""
        from yumen.client import AsyncClaude  # noqa: PLC0415  (the same)

        return AsyncClaude(**{"base_url": self.url, "api_key": "sandbox"} | options)

    async def open(self) -> Server:
        """Listen on a free port."""
        server = await serve(self._handle, HOST, 0, ServerOptions(refuse=self._sandbox.refuse))
        self.url = f"http://{HOST}:{server.port}"
        return server

    async def close(self, server: Server) -> None:
        """Stop listening, and delete what was stored."""
        await server.drain(0)
        await self._sandbox.close()

    async def _handle(self, request: Request, reply: Reply) -> None:
        body = await request.read(MOST_BYTES)
        request.put_back(body)
        headers = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in request.headers}
        self.requests.append(Seen(request.method, request.path, {name: headers[name] for name in headers.keys() - CREDENTIALS}, body))
        failing = next((each for each in self._failing if each.takes(request.path)), None)
        if failing is not None:
            failing.answer(reply, self._clock.new_id("req_01"))
            return
        await self._sandbox.handle(request, reply)


@contextmanager
def opened_sandbox() -> Iterator[ClaudeSandbox]:
    """Give a sandbox that listens, and close it at the end. It runs beside the test, in a thread."""
    loop = shared()
    sandbox = ClaudeSandbox()
    server = loop.run(sandbox.open())
    try:
        yield sandbox
    finally:
        loop.run(sandbox.close(server))
