"""Does what the plan of a turn asks for, without `await`: at the desk in the shared loop, at Claude, and with the program's own tools."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from anthropic import APIError

from yumen.client.call import Reply
from yumen.client.desk import OWNER
from yumen.client.loop import end, run
from yumen.client.sending import attempts_of, send
from yumen.client.session_place import desk_at
from yumen.client.turn_steps import Begin, Count, Drop, Find, Finish, Grow, Run, Send

if TYPE_CHECKING:
    from collections.abc import Generator

    from anthropic import Anthropic
    from sqlalchemy import URL

    from yumen.client.call import Call
    from yumen.client.session_tools import ToolSet
    from yumen.client.turn_steps import Step
    from yumen.sessions import Mine

COUNTED = ("model", "messages", "system", "tools", "tool_choice", "thinking")
Result = TypeVar("Result")


class Doing:
    """Carries out one turn. Whoever makes it calls `release` at the end, whatever happened."""

    def __init__(self, claude: Anthropic, url: URL, tools: ToolSet, patience_s: float) -> None:
        """Ask that Claude, take down in that database, and call those tools."""
        self._claude = claude
        self._at = AtDesk(url, patience_s)
        self._tools = tools

    def do(self, step: Step) -> Any:  # noqa: ANN401  (each kind of step has its own outcome)
        """Do one step. Raises what the SDK and the store raise."""
        match step:
            case Send():
                return send(self._claude, step.call)
            case Count():
                return self._count(step.call)
            case Run():
                return [self._tools.call(use) for use in step.uses]
        return run(self._at.do(step))

    def streamed(self, plan: Generator[Step, Any, Result]) -> Generator[str, None, Result]:
        """Carry out a plan, and yield the text of Claude's answers as it comes."""
        try:
            step = next(plan)
            while True:
                try:
                    streams = isinstance(step, Send) and not step.quiet
                    outcome = (yield from self._stream(step.call)) if streams else self.do(step)  # type: ignore[union-attr]
                except Exception as error:  # noqa: BLE001  (the plan raises what it does not expect)
                    step = plan.throw(error)
                else:
                    step = plan.send(outcome)
        except StopIteration as stop:
            result: Result = stop.value
            return result

    def release(self) -> None:
        """End what was begun and not finished."""
        end(self._at.release())

    def _stream(self, call: Call) -> Generator[str, None, Reply]:
        with self._claude.messages.stream(**call.arguments) as stream:
            yield from stream.text_stream
            return Reply(stream.get_final_message(), attempts_of(stream.response.headers))

    def _count(self, call: Call) -> int | None:
        try:
            return self._claude.messages.count_tokens(**counted(call)).input_tokens
        except APIError:
            return None


class AtDesk:
    """The part of a turn that happens in the shared loop."""

    def __init__(self, url: URL, patience_s: float) -> None:
        """Begin with nothing held."""
        self._url = url
        self._patience_s = patience_s
        self._mine: Mine | None = None

    async def do(self, step: Step) -> Any:  # noqa: ANN401  (the same)
        """Do one step at the desk."""
        desk = await desk_at(self._url)
        match step:
            case Find():
                return await desk.shelf.find(OWNER, step.name)
            case Begin():
                begun, self._mine = await desk.begin(step.name, step.make, self._patience_s)
                return begun, self._mine
            case Grow():
                return await desk.store.grow(step.mine, step.question)
            case Drop():
                return await desk.store.drop(step.session_id, step.up_to, step.summary)
            case Finish():
                return await desk.finish(step.mine, step.closing(desk.clock.now_us()))
        raise TypeError(step)

    async def release(self) -> None:
        """End what was begun and not finished."""
        if self._mine is not None:
            await (await desk_at(self._url)).give_up(self._mine)


def counted(call: Call) -> dict[str, Any]:
    """Return what `count_tokens` takes of a call."""
    return {name: value for name, value in call.arguments.items() if name in COUNTED}
