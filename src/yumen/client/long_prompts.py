"""Holds back a prompt that cannot fit, before it is sent, and says more of one that the server found too long."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec
from anthropic import Middleware

from yumen.client.too_long import check_fits, more_on

if TYPE_CHECKING:
    from anthropic import APIRequest, APIResponse, APIStatusError, AsyncAPIResponse, AsyncCallNext, CallNext

PATHS = ("/v1/messages", "/v1/messages?beta=true")


class LongPrompts(Middleware):
    """Stands in every client's way of a call, before anything that waits or counts."""

    def handle(self, request: APIRequest, call_next: CallNext) -> APIResponse[Any]:
        """Pass a call on. Raises PromptTooLong where its prompt cannot fit the model."""
        check(request)
        return call_next(request)

    async def handle_async(self, request: APIRequest, call_next: AsyncCallNext) -> AsyncAPIResponse[Any]:
        """Do the same with `await`."""
        check(request)
        return await call_next(request)


def check(request: APIRequest) -> None:
    """Raise PromptTooLong for a call of Messages whose prompt cannot fit."""
    if request.method.upper() == "POST" and str(request.url).endswith(PATHS):
        body = request.json
        if isinstance(body, dict):
            check_fits(body)


def with_length(error: APIStatusError) -> APIStatusError:
    """Return the server's error; where it says that the prompt is too long, it says by how much, and what weighs most."""
    try:
        body = msgspec.json.decode(error.response.request.content)
    except (ValueError, RuntimeError):  # no JSON; or a body that was streamed and is not there any more
        return error
    more = more_on(error.message, body) if isinstance(body, dict) else None
    if more is not None:
        error.message = f"{error.message}: {more}"
        error.args = (error.message, *error.args[1:])
    return error
