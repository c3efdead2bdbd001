"""The way of a call, between the SDK and the network."""

from __future__ import annotations

import asyncio
import time
from functools import partial
from typing import TYPE_CHECKING, Any

from anthropic import APIConnectionError, APITimeoutError, Middleware

from yumen.client.limiting import enter
from yumen.client.long_prompts import LongPrompts
from yumen.client.loop import join, run
from yumen.client.reach import Reach
from yumen.client.retrying import Budgets
from yumen.client.steps import carry_out, carry_out_async
from yumen.client.transport import httpx2
from yumen.client.way import Drop, Enter, Pause, Read, Send, Step, Way

if TYPE_CHECKING:
    from collections.abc import Sequence

    from anthropic import APIRequest, APIResponse, AsyncAPIResponse, AsyncCallNext, CallNext

    from yumen.client.state import State

BUDGETS = Budgets()
"""Those of the process."""


class Calls(Middleware):
    """Repeats, limits and counts the calls of a client."""

    def __init__(self, reach: Reach) -> None:
        """Take the client's way out."""
        self._reach = reach
        self._priced = False
        """Whether the prices are here: they are read in a thread, so that no task waits for them."""

    def handle(self, request: APIRequest, call_next: CallNext) -> APIResponse[Any]:
        """Make a call. Raises what its last attempt raised, and LimitReached."""
        return carry_out(Way(self._reach, request).plan(), partial(do, call_next))

    async def handle_async(self, request: APIRequest, call_next: AsyncCallNext) -> AsyncAPIResponse[Any]:
        """Do the same with `await`."""
        if not self._priced:
            await asyncio.to_thread(self._reach.prices.load)
            self._priced = True
        plan: Any = Way(self._reach, request).plan()
        response: AsyncAPIResponse[Any] = await carry_out_async(plan, partial(do_async, call_next))
        return response


def do(call_next: CallNext, step: Step) -> Any:  # noqa: ANN401  (each kind of step has its own outcome)
    """Do one step of a call."""
    match step:
        case Send():
            return call_next(step.request)
        case Enter():
            return run(enter(step.limit, step.url, step.asked))
        case Pause():
            time.sleep(step.seconds)
        case Read():
            try:
                return step.response.http_response.read()
            except httpx2.TransportError as error:
                raise broken_off(step, error) from error
        case Drop():
            step.response.http_response.close()
    return None


async def do_async(call_next: AsyncCallNext, step: Step) -> Any:  # noqa: ANN401  (the same)
    """Do one step of a call with `await`."""
    match step:
        case Send():
            return await call_next(step.request)
        case Enter():
            return await join(enter(step.limit, step.url, step.asked))
        case Pause():
            await asyncio.sleep(step.seconds)
        case Read():
            try:
                return await step.response.http_response.aread()
            except httpx2.TransportError as error:
                raise broken_off(step, error) from error
        case Drop():
            await step.response.http_response.aclose()
    return None


def broken_off(step: Read, error: httpx2.TransportError) -> APIConnectionError:
    """Return the SDK's error for an answer whose body broke off."""
    request = step.response.http_response.request
    return APITimeoutError(request) if isinstance(error, httpx2.TimeoutException) else APIConnectionError(request=request)


def before(state: State, others: Sequence[Any]) -> list[Any]:
    """Return the whole chain: ours first, then the program's own without what a copy brings along of ours."""
    ours = (LongPrompts, Calls)
    return [LongPrompts(), Calls(Reach(state, BUDGETS, state.prices)), *(other for other in others if not isinstance(other, ours))]
