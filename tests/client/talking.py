"""A Claude on the in-process sandbox whose requests are written down, for the tests of conversations."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx2

from yumen import AsyncClaude, Claude


class Heard(httpx2.BaseTransport):
    """A transport that keeps the bodies of Messages, and may do something before each is sent."""

    def __init__(self) -> None:
        """Send as ever."""
        self._inner = httpx2.HTTPTransport()
        self.bodies: list[bytes] = []
        self.before: Callable[[httpx2.Request], httpx2.Response | None] = lambda _: None

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        """Keep what is sent."""
        if request.url.path == "/v1/messages":
            self.bodies.append(request.read())
        return self.before(request) or self._inner.handle_request(request)

    def close(self) -> None:
        """Close the connections."""
        self._inner.close()

    @property
    def asked(self) -> list[dict[str, Any]]:
        """The bodies, read."""
        return [json.loads(body) for body in self.bodies]


def store_in(folder: Path) -> str:
    """The address of a store in a folder."""
    return f"sqlite:///{folder}/sessions.db"


def talking(folder: Path, heard: Heard) -> Claude:
    """A Claude on the sandbox, with its conversations in that folder."""
    return Claude(environment="sandbox", sessions=store_in(folder), http_client=httpx2.Client(transport=heard))


def talking_async(folder: Path) -> AsyncClaude:
    """The same for `await`."""
    return AsyncClaude(environment="sandbox", sessions=store_in(folder))


def refusing(status: int, message: str) -> Callable[[httpx2.Request], httpx2.Response | None]:
    """A server that refuses every message."""
    error = {"type": "error", "error": {"type": "invalid_request_error", "message": message}, "request_id": "req_1"}

    def answer(request: httpx2.Request) -> httpx2.Response | None:
        return httpx2.Response(status, json=error, headers={"x-should-retry": "false"}) if request.url.path == "/v1/messages" else None

    return answer
