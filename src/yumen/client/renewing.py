"""A key that was rotated: refused, it is fetched once more where it is kept, and the call is repeated once with the new one."""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING, Any

from anthropic import Middleware

from yumen.client.explained import REFUSED, is_sandboxes, sent_key
from yumen.errors import OperatorError

if TYPE_CHECKING:
    from anthropic import APIRequest, APIResponse, AsyncAPIResponse, AsyncCallNext, CallNext

    from yumen.client.state import State

ATTEMPTS = "x-yumen-attempts"
"""How many attempts a call has left, this one among them; whoever repeats calls writes it."""
log = logging.getLogger("yumen.client")


class Renewing(Middleware):
    """The last of the way before the network. The SDK writes the key on each request anew, so the repeated one carries the new key."""

    def __init__(self, state: State) -> None:
        """Renew the key that this state's clients share."""
        self._state = state

    def handle(self, request: APIRequest, call_next: CallNext) -> APIResponse[Any]:
        """Call, and repeat the call if the key was another by now and an attempt is left."""
        response = call_next(request)
        if not (self._look(response) and self._renewed(response)) or not self._may_repeat(request):
            return response
        response.http_response.close()
        return call_next(request)

    async def handle_async(self, request: APIRequest, call_next: AsyncCallNext) -> AsyncAPIResponse[Any]:
        """Do the same with `await`; the store is asked in a thread."""
        response = await call_next(request)
        if not (self._look(response) and await asyncio.to_thread(self._renewed, response)) or not self._may_repeat(request):
            return response
        await response.http_response.aclose()
        return await call_next(request)

    def _may_repeat(self, request: APIRequest) -> bool:
        """Whether an attempt is left after this one."""
        return str(request.headers.get(ATTEMPTS, self._state.retry.attempts)) != "1"

    def _look(self, response: APIResponse[Any] | AsyncAPIResponse[Any]) -> bool:
        """Note who answered; return whether the key was refused and can be fetched anew."""
        if is_sandboxes(response.headers):
            self._state.known.sandbox = True
        return response.status_code == REFUSED and self._state.credential.renewable

    def _renewed(self, response: APIResponse[Any] | AsyncAPIResponse[Any]) -> bool:
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
