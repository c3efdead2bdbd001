"""What `AsyncClaude.answer`, `ask` and `ask_many` do, with `await`."""

from __future__ import annotations

import asyncio
from functools import partial
from typing import TYPE_CHECKING

from yumen.client.answers import async_answer_of
from yumen.client.asking import batching, handed_over, notes_of
from yumen.client.many import AT_ONCE, Result, in_order, refused
from yumen.client.merging import merging
from yumen.client.sending import REFUSALS, do_async, send_async
from yumen.client.steps import carry_out_async

if TYPE_CHECKING:
    from collections.abc import Callable

    from yumen.client.answers import AsyncAnswer
    from yumen.client.call import Call
    from yumen.client.core_async import AsyncCore
    from yumen.client.many import Many
    from yumen.client.merging import Sheet


async def answer(client: AsyncCore, call: Call, on_text: Callable[[str], object] | None = None) -> AsyncAnswer:
    """Ask once and return the answer. Raises what the SDK raises."""
    ask = partial(send_async, client)
    return async_answer_of(call, await send_async(client, call, on_text), client.state.prices, ask)


async def ask_merged(client: AsyncCore, many: Many) -> list[Result]:
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


async def ask_batched(client: AsyncCore, many: Many) -> list[Result]:
    """Ask questions by Message Batches, each on its own; return what came of each, in their order."""
    notes = notes_of(str(client.base_url), many)
    return handed_over(many, notes, await carry_out_async(batching(many, notes).ask(many.requests()), partial(do_async, client)))
