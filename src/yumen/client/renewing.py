"""A key that was rotated: refused, it is fetched once more where it is kept, and the call is repeated once with the new one."""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING, Any, TypeVar

from anthropic import Middleware

from yumen.client.explained import REFUSED, is_sandboxes, sent_key
from yumen.errors import OperatorError

if TYPE_CHECKING:
    from anthropic import APIRequest, APIResponse, AsyncAPIResponse, AsyncCallNext, CallNext

    from yumen.client.state import State

    Response = APIResponse[Any] | AsyncAPIResponse[Any]
    AnyResponse = TypeVar("AnyResponse", APIResponse[Any], AsyncAPIResponse[Any])

ATTEMPTS = "x-yumen-attempts"
"""On a request, how many attempts the call has left, this one among them; on an answer, how many it took."""
log = logging.getLogger("yumen.client")


class Renewing(Middleware):
    """The last of the way before the network. The SDK writes the key on each request anew, so the repeated one carries the new key."""

    def __init__(self, state: State) -> None:
        """Renew the key that this state's clients share."""
        self._state = state

    def handle(self, request: APIRequest, call_next: CallNext) -> APIResponse[Any]:
        """Call, and repeat the call if the key was another by now and an attempt is left."""
        response = call_next(request)
        try:
            renewed = self._look(response) and self._renewed(response)
        except BaseException:  # Ctrl-C while the store is asked
            response.http_response.close()
            raise
        if not renewed or (once_more := self._repeated(request, response)) is None:
            return response
        response.http_response.close()
        return counted(call_next(once_more), response)

    async def handle_async(self, request: APIRequest, call_next: AsyncCallNext) -> AsyncAPIResponse[Any]:
        """Do the same with `await`; the store is asked in a thread."""
        response = await call_next(request)
        try:
            renewed = self._look(response) and await asyncio.to_thread(self._renewed, response)
        except BaseException:  # the task is cancelled meanwhile
            await response.http_response.aclose()
            raise
        if not renewed or (once_more := self._repeated(request, response)) is None:
            return response
        await response.http_response.aclose()
        return counted(await call_next(once_more), response)

    def _repeated(self, request: APIRequest, refused: Response) -> APIRequest | None:
        """Return the request as it is sent again; None: no attempt is left."""
        left = int(str(request.headers.get(ATTEMPTS, self._state.retry.attempts))) - made(refused)
        return request.copy(headers={**request.headers, ATTEMPTS: str(left)}) if left > 0 else None

    def _look(self, response: Response) -> bool:
        """Note who answered; return whether the key was refused and can be fetched anew."""
        if is_sandboxes(response.headers):
            self._state.known.sandbox = True
        return response.status_code == REFUSED and self._state.credential.renewable

    def _renewed(self, response: Response) -> bool:
        """Whether there is another key now. A store that cannot be asked leaves the refusal as it is: that one says more."""
        credential = self._state.credential
        try:
            found = credential.renew(sent_key(response.http_request.headers)) is not None
        except OperatorError as error:
            log.warning("the refused key cannot be fetched anew: %s", error)
            return False
        if found:
            log.info("the key from %s was refused and is another by now: the call is repeated with it", credential.source)
        return found


def counted(response: AnyResponse, refused: Response) -> AnyResponse:
    """Write on the second answer how many attempts both took, for whoever counts."""
    response.http_response.headers[ATTEMPTS] = str(made(refused) + made(response))
    return response


def made(response: Response) -> int:
    """Return how many attempts an answer took: a gateway says it, anybody else made one."""
    said = response.headers.get(ATTEMPTS, "")
    return max(1, int(said)) if said.isascii() and said.isdigit() else 1
