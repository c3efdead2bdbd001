"""Sends a prompt to Claude and passes the answer through as it comes: nothing is collected, and whoever leaves ends it upstream too."""

from __future__ import annotations

from contextlib import AsyncExitStack
from typing import TYPE_CHECKING, Any

from starlette.responses import Response, StreamingResponse

from yumen.claude.faults import error_body
from yumen.console.api.streams import while_allowed
from yumen.console.pages.forms import whole
from yumen.console.pages.playground.key import key_of, place_of
from yumen.errors import Fault, InvalidRequest, TooLarge

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from httpx2 import Response as Answer
    from starlette.requests import Request
    from starlette.types import Receive, Scope, Send

    from yumen.console.api.call import Call
    from yumen.console.pages.visit import Visit

MAX_BODY_BYTES = 32 * 1024 * 1024
"""Claude's own limit."""
MAX_REFUSAL_BYTES = 1024 * 1024
PASSED = ("request-id", "retry-after")
EVENTS = "text/event-stream"
UNAUTHENTICATED = 401


async def answer(visit: Visit) -> Response:
    """Answer a prompt: the body is that of a call of `/v1/messages`, the query names the workspace."""
    workspace_id = visit.query.get("workspace", "")
    visit.refuse_forms()
    length, key = length_of(visit.request), await key_of(visit, workspace_id)
    async with AsyncExitStack() as closing:
        closing.enter_context(visit.services.crowd.place(visit.call.person))
        body = visit.request.stream()
        call = visit.services.calls.post(key, "/v1/messages", body, {"content-length": str(length)})
        told = await closing.enter_async_context(call)
        if told.status_code == UNAUTHENTICATED:
            visit.services.purse.drop(place_of(visit, workspace_id))  # it was revoked; the next try makes another
        headers = {name: told.headers[name] for name in PASSED if name in told.headers}
        if not told.headers.get("content-type", "").startswith(EVENTS):
            one = await collected(told)
            await visit.call.stand()
            return Response(one, told.status_code, headers, told.headers.get("content-type"))
        return Relayed(visit.call, told, headers, closing.pop_all())


def length_of(request: Request) -> int:
    """Return how long a body is. Raises InvalidRequest or TooLarge."""
    length = whole(request.headers.get("content-length", ""))
    if length is None:
        raise InvalidRequest("content-length: Field required")
    if length > MAX_BODY_BYTES:
        raise TooLarge
    return length


async def collected(told: Answer) -> bytes:
    """Return an answer that comes in one piece. Raises TooLarge."""
    pieces, size = list[bytes](), 0
    async for piece in told.aiter_raw():
        size += len(piece)
        if size > MAX_REFUSAL_BYTES + MAX_BODY_BYTES:
            raise TooLarge
        pieces.append(piece)
    return b"".join(pieces)


class Relayed(StreamingResponse):
    """A stream that passes through. Its call is given up when it has ended, however that was."""

    def __init__(self, call: Call, told: Answer, headers: dict[str, str], closing: AsyncExitStack) -> None:
        """Pass that answer on; `closing` gives its call up."""
        self._closing = closing
        super().__init__(pieces_of(call, told), told.status_code, headers, EVENTS)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send it. Each piece is taken only when the one before is on its way."""
        try:
            await super().__call__(scope, receive, send)
        finally:
            await self._closing.aclose()


async def pieces_of(call: Call, told: Answer) -> AsyncIterator[bytes]:
    """Yield an answer's pieces; where it breaks off, an error event ends it."""
    try:
        async for piece in while_allowed(call, told.aiter_raw()):
            yield piece
    except Exception as error:  # noqa: BLE001  (whatever ended it: the reader is told that it is not whole)
        yield event_of(error, told.headers.get("request-id", ""))


def event_of(error: Exception, request_id: str) -> bytes:
    """Return an error as an event; the empty lines before it end what was cut in the middle."""
    said: Any = error if isinstance(error, Fault) else Broken()
    return b"\n\nevent: error\ndata: " + error_body(said.error_type, said.message, request_id) + b"\n\n"


class Broken(Fault):
    """The answer broke off before its end."""

    status = 502
    chinese = "回答在结束前中断了。"
