"""Does what the plan of a turn asks for, with `await`: at the desk in the shared loop, at Claude, and with the program's own tools."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from anthropic import APIError

from yumen.client.call import Reply
from yumen.client.conversing import AtDesk, counted
from yumen.client.loop import join
from yumen.client.sending import attempts_of, send_async
from yumen.client.turn_steps import Count, Run, Send

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Callable, Generator

    from anthropic import AsyncAnthropic
    from sqlalchemy import URL

    from yumen.client.call import Call
    from yumen.client.session_tools import ToolSet
    from yumen.client.turn_steps import Step


class AsyncDoing:
    """Carries out one turn. Whoever makes it awaits `release` at the end, whatever happened."""

    def __init__(self, claude: AsyncAnthropic, url: URL, tools: ToolSet, patience_s: float) -> None:
        """Ask that Claude, take down in that database, and call those tools."""
        self._claude = claude
        self._at = AtDesk(url, patience_s)
        self._tools = tools

    async def do(self, step: Step) -> Any:  # noqa: ANN401  (each kind of step has its own outcome)
        """Do one step. Raises what the SDK and the store raise."""
        match step:
            case Send():
                return await send_async(self._claude, step.call)
            case Count():
                return await self._count(step.call)
            case Run():
                return [await self._tools.call_async(use) for use in step.uses]
        return await join(self._at.do(step))

    async def streamed(self, plan: Generator[Step, Any, Any], ended: Callable[[Any], object]) -> AsyncGenerator[str, None]:
        """Carry out a plan, and yield the text of Claude's answers as it comes; `ended` is told the plan's result."""
        try:
            step = next(plan)
            while True:
                try:
                    if isinstance(step, Send) and not step.quiet:
                        async with self._claude.messages.stream(**step.call.arguments) as stream:
                            async for text in stream.text_stream:
                                yield text
                            outcome: Any = Reply(await stream.get_final_message(), attempts_of(stream.response.headers))
                    else:
                        outcome = await self.do(step)
                except Exception as error:  # noqa: BLE001  (the plan raises what it does not expect)
                    step = plan.throw(error)
                else:
                    step = plan.send(outcome)
        except StopIteration as end:
            ended(end.value)

    async def release(self) -> None:
        """End what was begun and not finished, though whoever asked was cancelled."""
        await asyncio.shield(join(self._at.release()))

    async def _count(self, call: Call) -> int | None:
        try:
            return (await self._claude.messages.count_tokens(**counted(call))).input_tokens
        except APIError:
            return None
