"""The conversation about data: Claude asks the engine through a tool until it can answer; offline the mechanical reader does."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from yumen.assistants.analysis import mechanical
from yumen.assistants.analysis.chart import NOTHING, check_place, draw
from yumen.assistants.analysis.process import ProcessEngine
from yumen.assistants.analysis.prompt import CHART, QUERY, instructions
from yumen.assistants.analysis.values import Bounds, Drawing, Exhibit, Refused, Reply
from yumen.errors import OperatorError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from os import PathLike
    from pathlib import Path
    from typing import Self

    from anthropic.types import Message

    from yumen.assistants.analysis.values import Engine
    from yumen.client import Claude

MOST_ROUNDS = 20
"""So often Claude may ask the data for one answer."""
MAX_TOKENS = 8192
_ENOUGH = "You have asked often enough. Answer now with what you know."


class Analysis:
    """A conversation about some files; a context manager. Questions build on one another. Not for several threads at a time."""

    def __init__(self, claude: Claude, paths: Sequence[str | PathLike[str]], bounds: Bounds | None = None) -> None:
        """Load the files. Raises OperatorError for one that cannot be read, or where the extra `analyze` is not installed."""
        self._claude = claude
        self._bounds = bounds or Bounds()
        self._engine: Engine = ProcessEngine([str(path) for path in paths], self._bounds)
        self._messages: list[Any] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def engine(self) -> Engine:
        """The tables, for queries of one's own."""
        return self._engine

    def ask(self, question: str, chart: Path | None = None) -> Reply:
        """Answer a question; with `chart`, draw into that file. Raises OperatorError where Claude does not answer."""
        if chart is not None:
            check_place(chart)
        if self._claude.is_sandbox:
            return drawn(mechanical.answer(question, self._engine), Drawing(), chart)
        before = len(self._messages)
        try:
            return self._answered(question, chart)
        except BaseException:
            # A question without an answer must not stand in the history of the next.
            del self._messages[before:]
            raise

    def _answered(self, question: str, chart: Path | None) -> Reply:
        exhibits: list[Exhibit] = []
        drawing: tuple[Exhibit, Drawing] | None = None
        self._messages.append({"role": "user", "content": question})
        for round_ in range(MOST_ROUNDS + 1):
            message = self._asked([QUERY] if chart is None else [QUERY, CHART], last=round_ == MOST_ROUNDS)
            if self._claude.is_sandbox:
                # Known since its first answer: its tool calls mean nothing, so the mechanical reader takes over.
                self._messages.clear()
                return drawn(mechanical.answer(question, self._engine), Drawing(), chart)
            calls = [block for block in message.content if block.type == "tool_use"]
            if message.stop_reason != "tool_use" or not calls:
                text = self._ended(message)
                return _reply(text, exhibits, drawing, chart)
            self._messages.append({"role": "assistant", "content": message.content})
            results = []
            for call in calls:
                result, exhibit = self._called(dict(call.input))
                results.append({"type": "tool_result", "tool_use_id": call.id} | result)
                if exhibit is not None and call.name == "chart":
                    drawing = exhibit, _drawing(dict(call.input))
                elif exhibit is not None:
                    exhibits.append(exhibit)
            self._messages.append({"role": "user", "content": results})
        raise OperatorError("Claude asked the data {count} times and did not come to an answer", count=MOST_ROUNDS)

    def _ended(self, message: Message) -> str:
        """Return what Claude said at last, and keep it; raise OperatorError where it said nothing.

        Calls that an end cut off are not kept: the next question could not follow a call without its result.
        """
        text = "".join(block.text for block in message.content if block.type == "text").strip()
        if message.stop_reason == "refusal":
            raise OperatorError("Claude refuses to answer this question")
        if not text:
            raise OperatorError("Claude ended without an answer ({reason})", reason=message.stop_reason)
        kept = [block for block in message.content if block.type != "tool_use"]
        self._messages.append({"role": "assistant", "content": kept})
        return text if message.stop_reason != "max_tokens" else f"{text} …"

    def _asked(self, tools: list[Any], *, last: bool) -> Message:
        import anthropic  # noqa: PLC0415  (the SDK takes a second to load)

        system = instructions(self._engine.tables, self._bounds) + (f"\n\n{_ENOUGH}" if last else "")
        try:
            with self._claude.messages.stream(
                model=self._claude.model,
                max_tokens=MAX_TOKENS,
                system=[{"type": "text", "text": system, "cache_control": {"type": "ephemeral"}}],
                tools=tools,
                tool_choice={"type": "none"} if last else {"type": "auto"},
                messages=cached(self._messages),
            ) as stream:
                return stream.get_final_message()
        except anthropic.AnthropicError as error:
            raise OperatorError("Claude did not answer: {reason}", reason=error) from error

    def _called(self, given: dict[str, Any]) -> tuple[dict[str, Any], Exhibit | None]:
        """Carry one call of a tool out; return what Claude gets, and the exhibit where there is one."""
        sql = given.get("sql")
        if not isinstance(sql, str):
            return {"content": "The field sql is missing.", "is_error": True}, None
        try:
            result = self._engine.query(sql)
        except Refused as refused:
            return {"content": str(refused), "is_error": True}, None
        return {"content": msgspec.json.encode(result).decode()}, Exhibit(sql, result)

    def close(self) -> None:
        """Let go of the data; the client stays open, since somebody else opened it."""
        self._engine.close()


def cached(messages: Sequence[Any]) -> list[Any]:
    """Return the messages with a breakpoint of the prompt cache at their end: each round sends again all that came before."""
    *before, last = messages
    content = last["content"]
    blocks = [{"type": "text", "text": content}] if isinstance(content, str) else list(content)
    return [*before, {**last, "content": [*blocks[:-1], {**blocks[-1], "cache_control": {"type": "ephemeral"}}]}]


def _drawing(given: dict[str, Any]) -> Drawing:
    return Drawing(*(given.get(name) if isinstance(given.get(name), str) else None for name in ("kind", "title", "x", "y")))


def _reply(text: str, exhibits: list[Exhibit], drawing: tuple[Exhibit, Drawing] | None, chart: Path | None) -> Reply:
    if drawing is None:
        return drawn(Reply(text, tuple(exhibits)), Drawing(), chart)
    # What is drawn is shown last, and drawn from.
    return drawn(Reply(text, (*exhibits, drawing[0])), drawing[1], chart)


def drawn(reply: Reply, drawing: Drawing, chart: Path | None) -> Reply:
    """Return a reply with its last result drawn, where a chart is wished."""
    if chart is None:
        return reply
    note = draw(reply.exhibits[-1].result, drawing, chart) if reply.exhibits else NOTHING
    return msgspec.structs.replace(reply, chart=None if note == NOTHING else chart, chart_note=note)


def analyze(question: str, *paths: str | PathLike[str], claude: Claude, chart: Path | None = None) -> Reply:
    """Answer one question about files."""
    with Analysis(claude, paths) as analysis:
        return analysis.ask(question, chart)
