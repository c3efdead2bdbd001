"""Carries out what the plans ask for, by the SDK's own methods: one message, or one step with a batch; without `await` and with it."""

from __future__ import annotations

import asyncio
import time
from contextlib import closing, suppress
from datetime import UTC, datetime
from functools import partial
from inspect import isawaitable
from itertools import islice, takewhile
from typing import TYPE_CHECKING, Any, TypeVar

from anthropic import APIStatusError, NotFoundError
from anthropic.types.messages.batch_create_params import Request

from yumen.client.batching import Create, Fetch, Look, Pause, Recent, Step
from yumen.client.call import Call, Reply
from yumen.client.too_long import PromptTooLong

if TYPE_CHECKING:
    from collections.abc import AsyncIterable, Callable, Mapping

    from anthropic import Anthropic, AsyncAnthropic
    from anthropic.types import Message
    from anthropic.types.messages import MessageBatch

ATTEMPTS = "x-yumen-attempts"
MICRO = 1_000_000
PAGE = 100
T = TypeVar("T")
REFUSALS = (APIStatusError, PromptTooLong)
"""What may be said of one question alone; `many.refused` looks at the status."""


def send(client: Anthropic, call: Call, on_text: Callable[[str], object] | None = None) -> Reply:
    """Ask once; `on_text` is told each piece of the answer's text as it comes. Raises what the SDK raises."""
    if call.streamed or on_text is not None:
        with client.messages.stream(**call.arguments) as stream:
            if on_text is not None:
                for text in stream.text_stream:
                    on_text(text)
            message: Message = stream.get_final_message()
            return Reply(message, attempts_of(stream.response.headers))
    raw = client.messages.with_raw_response.create(**call.arguments)
    return Reply(raw.parse(), attempts_of(raw.headers))


async def send_async(client: AsyncAnthropic, call: Call, on_text: Callable[[str], object] | None = None) -> Reply:
    """Do the same with `await`."""
    if call.streamed or on_text is not None:
        async with client.messages.stream(**call.arguments) as stream:
            if on_text is not None:
                async for text in stream.text_stream:
                    on_text(text)
            message: Message = await stream.get_final_message()
            return Reply(message, attempts_of(stream.response.headers))
    raw = await client.messages.with_raw_response.create(**call.arguments)
    parsed: Any = raw.parse()  # before release 1.0 it is there at once
    return Reply(await parsed if isawaitable(parsed) else parsed, attempts_of(raw.headers))


def attempts_of(headers: Mapping[str, str]) -> int:
    """Return how many attempts an answer took, the gateway's among them; 1 where nobody counted."""
    said = headers.get(ATTEMPTS, "1")
    return max(1, int(said)) if said.isascii() and said.isdigit() else 1


def do(client: Anthropic, step: Step) -> Any:  # noqa: ANN401  (each kind of step has its own outcome)
    """Do one step with batches. Raises what the SDK raises."""
    batches = client.messages.batches
    match step:
        case Create():
            return batches.create(requests=requests_of(step))
        case Look():
            with suppress(NotFoundError):
                return batches.retrieve(step.batch_id)
        case Fetch():
            with closing(batches.results(step.batch_id)) as results:
                return list(islice(results, 1 if step.only_first else None))
        case Recent():
            return list(takewhile(partial(is_since, step.since_us), batches.list(limit=PAGE)))
        case Pause():
            time.sleep(step.seconds)
    return None


async def do_async(client: AsyncAnthropic, step: Step) -> Any:  # noqa: ANN401  (the same)
    """Do the same with `await`."""
    batches = client.messages.batches
    match step:
        case Create():
            return await batches.create(requests=requests_of(step))
        case Look():
            with suppress(NotFoundError):
                return await batches.retrieve(step.batch_id)
        case Fetch():
            results = await batches.results(step.batch_id)
            try:
                return await first_of(results, 1 if step.only_first else None)
            finally:
                await results.close()
        case Recent():
            return await first_of(batches.list(limit=PAGE), None, partial(is_since, step.since_us))
        case Pause():
            await asyncio.sleep(step.seconds)
    return None


async def first_of(items: AsyncIterable[T], most: int | None, fits: Callable[[T], bool] = lambda _: True) -> list[T]:
    """Return the first items, at most so many, until one does not fit."""
    found: list[T] = []
    async for item in items:
        if not fits(item):
            break
        found.append(item)
        if len(found) == most:
            break
    return found


def requests_of(step: Create) -> list[Request]:
    """Return a batch's requests in the SDK's words."""
    return [Request(custom_id=one["custom_id"], params=one["params"]) for one in step.requests]


def is_since(since_us: int, batch: MessageBatch) -> bool:
    """Whether a batch was created at that time or later; the list has the newest first."""
    return batch.created_at >= datetime.fromtimestamp(since_us / MICRO, UTC)
