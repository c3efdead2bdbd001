"""Holds back a prompt that cannot fit, and says more of one that the server found too long; it stands in every client's way of a call."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from anthropic import BadRequestError

from yumen.client.too_long import check_fits, more_on

if TYPE_CHECKING:
    from anthropic import APIRequest, APIResponse, AsyncCallNext, CallNext

PATHS = ("/v1/messages", "/v1/messages?beta=true")
BAD_REQUEST = 400


class LongPrompts:
    """A middleware of the SDK's."""

    def handle(self, request: APIRequest, call_next: CallNext) -> APIResponse[Any]:
        """Pass a call on. Raises PromptTooLong before it, or BadRequestError that says more after it."""
        body = prompt_in(request)
        if body is not None:
            check_fits(body)
        response = call_next(request)
        if body is not None and response.status_code == BAD_REQUEST:
            response.http_response.read()
            explain(response.http_response, body)
        return response

    async def handle_async(self, request: APIRequest, call_next: AsyncCallNext) -> Any:  # noqa: ANN401  (the SDK's response)
        """Do the same with `await`."""
        body = prompt_in(request)
        if body is not None:
            check_fits(body)
        response = await call_next(request)
        if body is not None and response.status_code == BAD_REQUEST:
            await response.http_response.aread()
            explain(response.http_response, body)
        return response


def prompt_in(request: APIRequest) -> dict[str, Any] | None:
    """Return the body of a call of Messages; None of any other."""
    body = request.json
    is_messages = request.method.upper() == "POST" and str(request.url).endswith(PATHS)
    return body if is_messages and isinstance(body, dict) else None


def explain(response: Any, body: dict[str, Any]) -> None:  # noqa: ANN401  (httpx2's, or whatever the SDK stands on)
    """Raise what the server said of a prompt that is too long, with more to it."""
    try:
        said = response.json()
        message = said["error"]["message"]
    except (ValueError, KeyError, TypeError):
        return
    more = more_on(message, body) if isinstance(message, str) else None
    if more is not None:
        raise BadRequestError(f"Error code: {BAD_REQUEST} - {message} ({more})", response=response, body=said)
