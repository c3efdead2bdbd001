"""What the playground's tests share: people who are signed in, streams that wait, and a call of the page as a server makes it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from typing import Any

import httpx2
from starlette.applications import Starlette

from tests.console.api.world import World
from tests.console.pages.visitor import Visitor
from yumen.console.pages import console_routes
from yumen.console.pages.cookies import TOKEN_HEADER
from yumen.keys import KeyIssuer, KeyOrder
from yumen.keys.values import Role

BODY = {"model": "claude-haiku-4-5", "max_tokens": 9, "messages": [{"role": "user", "content": "Hi"}], "stream": True}
EVENTS = {"content-type": "text/event-stream; charset=utf-8", "request-id": "req_1"}
FIRST, LAST = b'event: ping\ndata: {"type":"ping"}\n\n', b'event: message_stop\ndata: {"type":"message_stop"}\n\n'


async def signed_in(world: World, role: Role = Role.DEVELOPER, organization_id: str | None = None) -> tuple[Visitor, str]:
    """Return a member at the playground, and the member's id."""
    place = organization_id or world.a
    user_id = await world.member(place, role)
    order = KeyOrder("session", role=role, organization_id=place, user_id=user_id, created_by=user_id)
    visitor = Visitor(world, (await KeyIssuer(world.town.keys, world.clock).create(order)).text)
    await visitor.get("/playground")
    return visitor, user_id


async def staging_of(world: World, organization_id: str) -> str:
    """Return the id of an organization's staging."""
    return next(each.id for each in await world.offices.workspaces.every(organization_id) if each.environment == "staging")


def whole(status: int, content: bytes, headers: dict[str, str]) -> httpx2.Response:
    """Return an answer that comes in one piece, as from a connection."""
    return httpx2.Response(status, stream=httpx2.ByteStream(content), headers=headers)


class Pieces(httpx2.AsyncByteStream):
    """An answer that waits before its second piece, or breaks off there, and knows whether it was given up."""

    def __init__(self, *, breaks: bool = False) -> None:
        self.go_on = asyncio.Event()
        self.closed = False
        self._breaks = breaks

    async def __aiter__(self) -> AsyncIterator[bytes]:
        yield FIRST
        if self._breaks:
            raise httpx2.ReadError("gone")
        await self.go_on.wait()
        yield LAST

    async def aclose(self) -> None:
        """Note that nobody reads on."""
        self.closed = True


class Served:
    """The page as a server calls it: what it sends is seen piece by piece, and the browser may leave."""

    def __init__(self, world: World, visitor: Visitor, path: str) -> None:
        self.left = asyncio.Event()
        self.sent: list[bytes] = []
        self.status = 0
        self.gone = False
        """Whether nothing can be sent to the browser any more."""
        self.on_piece: Callable[[bytes], Any] = lambda _: None
        self._asked = False
        self._application = Starlette(routes=console_routes(world.services))
        place, _, query = path.partition("?")
        cookies = "; ".join(f"{each.name}={each.value}" for each in visitor.client.cookies.jar)
        self._body = b'{"model":"m"}'
        headers = {
            "host": "console.test",
            "cookie": cookies,
            "accept": "application/json",
            "content-type": "application/json",
            "content-length": str(len(self._body)),
            TOKEN_HEADER: visitor.token,
        }
        self._scope = {
            "type": "http",
            "asgi": {"version": "3.0", "spec_version": "2.3"},
            "http_version": "1.1",
            "method": "POST",
            "scheme": "https",
            "path": place,
            "raw_path": place.encode(),
            "query_string": query.encode(),
            "headers": [(name.encode(), value.encode()) for name, value in headers.items()],
            "client": ("192.0.2.1", 1),
            "server": ("console.test", 443),
        }

    async def run(self) -> None:
        """Serve it to its end."""
        await self._application(self._scope, self._receive, self._send)

    async def _receive(self) -> dict[str, Any]:
        if not self._asked:
            self._asked = True
            return {"type": "http.request", "body": self._body, "more_body": False}
        await self.left.wait()
        return {"type": "http.disconnect"}

    async def _send(self, message: Any) -> None:  # noqa: ANN401  (any of ASGI's)
        if self.gone:
            raise OSError
        if message["type"] == "http.response.start":
            self.status = message["status"]
        elif message.get("body"):
            self.sent.append(message["body"])
            self.on_piece(message["body"])
