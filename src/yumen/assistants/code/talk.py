"""Explaining code and helping with it: Claude reads the folder through tools until it can answer; offline the syntax tree does."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from yumen.assistants.code import mechanical
from yumen.assistants.code.folder import Folder, lines_in
from yumen.assistants.code.prompt import EXPLAIN, HELP, IN_CHINESE, cached, explain_question
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

    def __init__(self, claude: Claude, folder: str | PathLike[str], *, chinese: bool = False) -> None:
        """Look at a folder; explain it in Chinese where that is wished. Raises OperatorError where there is none."""
        self._claude = claude
        self._chinese = chinese
        self.folder = Folder(Path(folder))

    def explain(self, name: str = ".", lines: tuple[int, int] | None = None) -> Reply:
        """Explain a file, some lines of it (from 1, both included), or the whole folder. Raises OperatorError for what cannot be read."""
        try:
            text = "" if name in {"", "."} else self._shown(name, lines)
        except Refused as refused:
            raise OperatorError("{path} cannot be read: {reason}", path=name, reason=refused) from refused
        if not text:
            return self._explain_folder()
        offline = partial(mechanical.explained, self.folder, [name], lines, chinese=self._chinese)
        return self._asked(self._told, explain_question(name, lines, text), offline)

    def help(self, task: str) -> Reply:
        """Help with a task, in its language: an answer, and edits where it asks for a change. Raises OperatorError where there is none."""
        if not task.strip():
            raise OperatorError("say what is to be done")
        return self._asked(HELP, task, partial(mechanical.found, self.folder, task, chinese=self._chinese), may_edit=True)

    @property
    def _told(self) -> str:
        return EXPLAIN + IN_CHINESE * self._chinese

    def _shown(self, name: str, lines: tuple[int, int] | None) -> str:
        """Return a file's lines, with their numbers. Raises Refused, and OperatorError where the file is shorter."""
        count = len(lines_in(self.folder.text(name)))
        if lines is not None and not 1 <= lines[0] <= count:
            raise OperatorError("{path} has {count} lines", path=name, count=count)
        return self.folder.lines(name, *(lines or (1, None)))

    def _explain_folder(self) -> Reply:
        names = self.folder.files()
        if not names:
            raise OperatorError("there is nothing to read in {path}", path=self.folder.root)
        question = "Explain this folder.\n\nIts files:\n" + "\n".join(names)
        return self._asked(self._told, question, partial(mechanical.explained, self.folder, names, chinese=self._chinese))

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
                return Reply(said_at_last(message), toolbox.edits)
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
            messages=cached(messages),
        ) as stream:
            return stream.get_final_message()


def said_at_last(message: Any) -> str:  # noqa: ANN401  (the SDK's, which is loaded late)
    """Return Claude's last words; raise OperatorError where there are none."""
    text = "".join(block.text for block in message.content if block.type == "text").strip()
    if message.stop_reason == "refusal":
        raise OperatorError("Claude refuses to answer this question")
    if not text:
        raise OperatorError("Claude ended without an answer ({reason})", reason=message.stop_reason)
    whole = text if message.stop_reason != "max_tokens" else f"{text} …"
    return whole.encode("utf-8", "replace").decode()  # half a character could not be printed


def offline_answered(claude: Claude) -> bool:
    """Whether it is known, since an answer, that a sandbox gave it: its tool calls mean nothing."""
    return claude.is_sandbox
