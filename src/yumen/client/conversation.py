"""A conversation that is kept: each turn is asked with all before it, and stored, so that another process goes on where this one ends."""

from __future__ import annotations

import os
from functools import partial
from typing import TYPE_CHECKING, Any, Literal, overload

from yumen.client import talk
from yumen.client.answers import Answer, flag
from yumen.client.call import text_of
from yumen.client.conversing import Doing
from yumen.client.loop import run
from yumen.client.sending import send
from yumen.client.session_place import session_url
from yumen.client.session_tools import ToolSet
from yumen.client.steps import carry_out
from yumen.client.turning import turn
from yumen.clock import Clock
from yumen.sessions.export import Form, export

if TYPE_CHECKING:
    from collections.abc import Generator, Iterable, Iterator, Sequence
    from types import TracebackType
    from typing import Self

    from yumen.client.core import Core
    from yumen.client.prompting import Manner
    from yumen.client.session_tools import ToolLike
    from yumen.client.talk import Saved
    from yumen.client.turning import Ended
    from yumen.sessions import Found, Listed, Turn


class Spoken:
    """An answer that comes piece by piece: iterate over its text; then `answer` has the whole. One that is left early does not count."""

    def __init__(self, pieces: Generator[str, None, Answer]) -> None:
        """Take the text from there; nothing is sent before the first piece is asked for."""
        self._pieces = pieces
        self._answer: Answer | None = None

    def __iter__(self) -> Iterator[str]:
        """Yield the text as it comes."""
        self._answer = yield from self._pieces

    @property
    def answer(self) -> Answer:
        """The whole answer; what has not come yet is waited for."""
        if self._answer is None:
            for _ in self:
                pass
        if self._answer is None:
            raise RuntimeError("the answer was left before its end")
        return self._answer

    def close(self) -> None:
        """Leave the answer: the turn is broken, and the next may begin."""
        self._pieces.close()

    def __enter__(self) -> Self:
        """Leave it at the end of the block."""
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        """Leave it."""
        self.close()


class Conversation:
    """One conversation by its name. Safe to share between threads; turns of one name are asked one after the other, also over processes."""

    def __init__(self, claude: Core, manner: Manner, sessions: str | None, patience_s: float = talk.PATIENCE_S) -> None:
        """Made by `Claude.conversation`. `sessions` is the address of the store, None the user's own file."""
        self._claude = claude
        self._manner = manner
        self._url = session_url(sessions, os.environ)
        self._patience_s = patience_s
        self._clock = Clock()

    @property
    def name(self) -> str:
        """Its name."""
        return self._manner.name

    @overload
    def say(self, content: str | Sequence[Any], *, stream: Literal[False] = False, tools: Iterable[ToolLike] | None = None) -> Answer: ...

    @overload
    def say(self, content: str | Sequence[Any], *, stream: Literal[True], tools: Iterable[ToolLike] | None = None) -> Spoken: ...

    def say(self, content: str | Sequence[Any], *, stream: bool = False, tools: Iterable[ToolLike] | None = None) -> Answer | Spoken:
        """Say something, a text or content blocks, and return the answer once it is stored; with `stream`, its text piece by piece.

        `tools` (functions, or definitions) hold from this turn on instead of the conversation's. Waits for turns that are under way.
        Raises what the SDK raises, and OperatorError where the conversation is full, or waited too long; the turn is then kept as broken.
        """
        return self._ask(talk.question_of(content), self._with(tools), stream=stream)

    @overload
    def resume(self, *, stream: Literal[False] = False, tools: Iterable[ToolLike] | None = None) -> Answer: ...

    @overload
    def resume(self, *, stream: Literal[True], tools: Iterable[ToolLike] | None = None) -> Spoken: ...

    def resume(self, *, stream: bool = False, tools: Iterable[ToolLike] | None = None) -> Answer | Spoken:
        """Ask the `unanswered` question again. Raises OperatorError where there is none, and as `say` does."""
        question = talk.question_again(talk.unanswered_in(self.turns, self._clock.now_us()), self.name)
        return self._ask(question, self._with(tools), stream=stream)

    @property
    def turns(self) -> tuple[Turn, ...]:
        """Every turn that is stored, oldest first, dropped and broken ones too."""
        return run(talk.read(self._url, self.name))[1]

    @property
    def unanswered(self) -> str | None:
        """The last question, where no answer to it came (a crash, an error) and none is under way; else None."""
        return talk.asked_in(talk.unanswered_in(self.turns, self._clock.now_us()))

    @property
    def saved(self) -> Saved:
        """What Claude's prompt cache saved in this conversation: tokens and money."""
        return talk.saved_in(self.turns)

    def fork(self, name: str) -> Conversation:
        """Return a copy under another name, which goes its own way. Raises OperatorError where that is taken, or nothing was said yet."""
        run(talk.fork(self._url, self.name, name))
        return self._like(name)

    def export(self, form: Form = "json") -> str:
        """Return it as `json` (everything that is stored), `jsonl` (one message a line) or `markdown` (to read)."""
        return export(*run(talk.read(self._url, self.name)), self.name, form)

    def delete(self) -> bool:
        """Delete everything that is stored of it; return whether there was anything."""
        return run(talk.delete(self._url, self.name))

    def _like(self, name: str) -> Conversation:
        copy = Conversation(self._claude, talk.renamed(self._manner, name), None, self._patience_s)
        copy._url = self._url
        return copy

    def _with(self, tools: Iterable[ToolLike] | None) -> Manner:
        return talk.held(self._manner, self._claude, None if tools is None else ToolSet(tools))

    def _ask(self, question: bytes, manner: Manner, *, stream: bool) -> Answer | Spoken:
        if stream:
            return Spoken(self._pieces(question, manner))
        doing = Doing(self._claude, self._url, manner.tools, self._patience_s)
        try:
            return self._answer(carry_out(self._plan(question, manner), doing.do))
        finally:
            doing.release()

    def _pieces(self, question: bytes, manner: Manner) -> Generator[str, None, Answer]:
        doing = Doing(self._claude, self._url, manner.tools, self._patience_s)
        try:
            ended = yield from doing.streamed(self._plan(question, manner))
            return self._answer(ended)
        finally:
            doing.release()

    def _plan(self, question: bytes, manner: Manner) -> Generator[Any, Any, Ended]:
        return turn(manner, question, self._clock.new_id("req_"), self._clock.new_id("sess_"))

    def _answer(self, ended: Ended) -> Answer:
        talk.flag_uncounted(ended, self.name)
        answer = Answer(
            text_of(ended.message), ended.message, ended.replies, self._claude.state.prices, ended.call, partial(send, self._claude)
        )
        flag(answer)
        return answer


class Conversations:
    """All conversations of the store; made by `Claude.conversations`."""

    def __init__(self, sessions: str | None) -> None:
        """Look at that store, None: the user's own file."""
        self._url = session_url(sessions, os.environ)

    def list(self, at_most: int = talk.AT_MOST) -> Sequence[Listed]:
        """Return the conversations, the last used first."""
        return run(talk.every(self._url, at_most))

    def search(self, text: str, at_most: int = talk.AT_MOST) -> Sequence[Found]:
        """Return the turns in which a text was said, by either side, the newest first; letters of ASCII count in either case."""
        return run(talk.search(self._url, text, at_most))

    def export(self, name: str, form: Form = "json") -> str:
        """Return a conversation as text, as `Conversation.export` does."""
        return export(*run(talk.read(self._url, name)), name, form)

    def delete(self, name: str) -> bool:
        """Delete a conversation; return whether there was one."""
        return run(talk.delete(self._url, name))
