"""Explaining code and helping with it: Claude reads the folder through tools until it can answer; offline the syntax tree does."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from yumen.assistants.code import mechanical
from yumen.assistants.code.folder import Folder
from yumen.assistants.code.prompt import EXPLAIN, HELP, explain_question
from yumen.assistants.code.tools import Toolbox
from yumen.assistants.code.values import Refused, Reply
from yumen.errors import OperatorError

if TYPE_CHECKING:
    from collections.abc import Callable
    from os import PathLike

    from yumen.client import Claude

MOST_ROUNDS = 30
"""So often Claude may look before it must answer."""
MAX_TOKENS = 16_000


class Coder:
    """Looks at one folder. What it proposes is in the reply; nothing is written."""

    def __init__(self, claude: Claude, folder: str | PathLike[str]) -> None:
        """Look at a folder. Raises OperatorError where there is none."""
        self._claude = claude
        self.folder = Folder(Path(folder))

    def explain(self, name: str = ".", lines: tuple[int, int] | None = None) -> Reply:
        """Explain a file, some lines of it (from 1, both included), or the whole folder. Raises OperatorError for what cannot be read."""
        try:
            if name in {"", "."}:
                return self._explain_folder()
            text = self.folder.lines(name, *(lines or (1, None)))
        except Refused as refused:
            raise OperatorError("{path} cannot be read: {reason}", path=name, reason=refused) from refused
        return self._asked(EXPLAIN, explain_question(name, lines, text), lambda: mechanical.explained(self.folder, [name], lines))

    def help(self, task: str) -> Reply:
        """Help with a task: an answer, and edits where the task asks for a change."""
        return self._asked(HELP, task, lambda: mechanical.found(self.folder, task), may_edit=True)

    def _explain_folder(self) -> Reply:
        names = self.folder.files()
        listed = "\n".join(names)
        return self._asked(EXPLAIN, f"Explain this folder.\n\nIts files:\n{listed}", lambda: mechanical.explained(self.folder, names))

    def _asked(self, told: str, question: str, offline: Callable[[], Reply], *, may_edit: bool = False) -> Reply:
        if self._claude.is_sandbox:
            return offline()
        toolbox = Toolbox(self.folder, may_edit=may_edit)
        messages: list[Any] = [{"role": "user", "content": question}]
        for round_ in range(MOST_ROUNDS + 1):
            message = self._message(told, messages, toolbox, last=round_ == MOST_ROUNDS)
            if offline_answered(self._claude):
                return offline()
            calls = [block for block in message.content if block.type == "tool_use"]
            if message.stop_reason != "tool_use" or not calls:
                return Reply("".join(block.text for block in message.content if block.type == "text").strip(), toolbox.edits)
            results = [{"type": "tool_result", "tool_use_id": call.id} | toolbox.call(call.name, dict(call.input)) for call in calls]
            messages += [{"role": "assistant", "content": message.content}, {"role": "user", "content": results}]
        raise OperatorError("Claude looked at the code {count} times and did not come to an answer", count=MOST_ROUNDS)

    def _message(self, told: str, messages: list[Any], toolbox: Toolbox, *, last: bool) -> Any:  # noqa: ANN401  (the SDK's, which is loaded late)
        tools: list[Any] = toolbox.tools
        with self._claude.messages.stream(
            model=self._claude.model,
            max_tokens=MAX_TOKENS,
            system=[{"type": "text", "text": told, "cache_control": {"type": "ephemeral"}}],
            tools=tools,
            tool_choice={"type": "none"} if last else {"type": "auto"},
            messages=messages,
        ) as stream:
            return stream.get_final_message()


def offline_answered(claude: Claude) -> bool:
    """Whether it is known, since an answer, that a sandbox gave it: its tool calls mean nothing."""
    return claude.is_sandbox
