"""What `AsyncClaude.answer`, `ask` and `ask_many` do, with `await`."""

from __future__ import annotations

import asyncio
import os
import secrets
from functools import partial
from typing import TYPE_CHECKING

from yumen.client.answers import async_answer_of, flag_message
from yumen.client.asking import TOKEN_BYTES
from yumen.client.batch_notes import notes_for
from yumen.client.batching import Batching
from yumen.client.many import AT_ONCE, Result, batch_params, in_order, refused
from yumen.client.merging import Unanswered, merging
from yumen.client.sending import REFUSALS, do_async, send_async
from yumen.client.steps import carry_out_async
from yumen.clock import Clock

if TYPE_CHECKING:
    from anthropic import AsyncAnthropic

    from yumen.client.answers import AsyncAnswer
    from yumen.client.call import Call
    from yumen.client.many import Many
    from yumen.client.merging import Sheet


async def answer(client: AsyncAnthropic, call: Call) -> AsyncAnswer:
    """Ask once and return the answer. Raises what the SDK raises."""
    ask = partial(send_async, client)
    return async_answer_of(call, await ask(call), ask)


async def ask_merged(client: AsyncAnthropic, many: Many) -> list[Result]:
    """Ask questions merged into few prompts; return what came of each, in their order."""
    asked = len(many.asked())
    done = 0
    room = asyncio.Semaphore(AT_ONCE)

    async def ask(sheet: Sheet) -> Result:
        async with room:
            try:
                return (await answer(client, many.call(sheet))).text
            except REFUSALS as refusal:
                return refused(refusal)

    async def ask_all(sheets: list[Sheet]) -> list[Result]:
        nonlocal done
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(ask(sheet)) for sheet in sheets]
        results = [task.result() for task in tasks]
        done += many.settled(sheets, results)
        many.told(done, asked)
        return results

    return in_order(many, await carry_out_async(merging(many.questions, many.model, many.together), ask_all))


async def ask_batched(client: AsyncAnthropic, many: Many) -> list[Result]:
    """Ask questions by Message Batches, each on its own; return what came of each, in their order."""
    places = many.asked()
    requests = [batch_params(many.alone(many.questions[place])) for place in places]
    notes = notes_for(str(client.base_url), requests, os.environ, many.state)
    batching = Batching(notes, many.told, partial(secrets.token_hex, TOKEN_BYTES), Clock().now_us)
    messages = await carry_out_async(batching.ask(requests), partial(do_async, client))
    for message in messages:
        if not isinstance(message, Unanswered):
            flag_message(message)
    notes.forget()
    return in_order(many, dict(zip(places, messages, strict=True)))
